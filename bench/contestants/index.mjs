// By name, and loaded only when asked for: a server must not carry the modules of the others.

/**
 * @typedef {import('../requests.mjs').MeasuredRequest} MeasuredRequest
 *
 * @typedef {object} Wiring how an application is guarded
 * @property {NonNullable<import('@nestjs/common').ModuleMetadata['imports']>} [imports]
 * @property {import('@nestjs/common').Provider[]} [providers]
 * @property {import('@nestjs/common').Type<import('@nestjs/common').CanActivate>} [guard]
 *
 * @typedef {object} Checker the check alone, without Nest; true lets a request in
 * @property {(request: MeasuredRequest) => boolean | Promise<boolean>} check
 * @property {boolean} [awaited] whether it gives a promise
 *
 * @typedef {object} Contestant
 * @property {string} label
 * @property {(options: { bits: number }) => Wiring | Promise<Wiring>} [wire]
 * @property {(options: { bits: number }) => import('node:http').RequestListener} [handle] in the place of `wire`: without
 *   any framework
 */

/** @type {Record<string, () => Contestant | Promise<Contestant>>} */
const LOADERS = {
  open: () => import('./open.mjs'),
  'no-op': () => import('./no-op.mjs'),
  // The same again in a process of its own: how far two equal things come out apart is what the run can resolve.
  'no-op again': async () => ({ ...(await import('./no-op.mjs')), label: 'a guard that does nothing, again (A/A)' }),
  us: () => import('./scaleway-auth.mjs'),
  'docs passport': () => import('./docs-passport.mjs'),
  'docs jwt': () => import('./docs-jwt.mjs'),
  'fast-jwt': () => import('./fast-jwt.mjs'),
  jose: () => import('./jose.mjs'),
  'aws-jwt-verify': () => import('./aws-jwt-verify.mjs'),
  'lean sync': async () => (await import('./limit.mjs')).leanGuard(false),
  'lean async': async () => (await import('./limit.mjs')).leanGuard(true),
  'bare sync': async () => (await import('./limit.mjs')).bareServer(false),
  'bare async': async () => (await import('./limit.mjs')).bareServer(true),
};

/** @param {string} name */
export async function contestant(name) {
  const load = LOADERS[name];
  if (load === undefined) throw new Error(`There is no contestant "${name}"`);
  return load();
}

/** The libraries that a user would otherwise take. */
export const PEERS = ['docs passport', 'docs jwt', 'fast-jwt', 'jose', 'aws-jwt-verify'];

/** @param {string} name */
export const labelOf = async (name) => (await contestant(name)).label;

/**
 * @param {string} name
 * @param {number} bits
 */
export async function wiringOf(name, bits) {
  const { wire } = await contestant(name);
  if (wire === undefined) throw new Error(`"${name}" is not a guard`);
  return wire({ bits });
}
