/**
 * Nest's adapter of a platform, loaded only when it is used: what an application imports is part of what it costs.
 *
 * @param {string} platform `express` or `fastify`
 */
export async function adapterOf(platform) {
  if (platform === 'fastify') return new (await import('@nestjs/platform-fastify')).FastifyAdapter();
  return new (await import('@nestjs/platform-express')).ExpressAdapter();
}

/**
 * Applies decorators to a method, without a compiler.
 *
 * @param {Function} target the class
 * @param {string} name
 * @param {MethodDecorator[]} decorators
 */
export function decorate(target, name, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name);
  if (descriptor === undefined) throw new Error(`${target.name} has no method ${name}`);
  for (const decorator of decorators) decorator(target.prototype, name, descriptor);
}
