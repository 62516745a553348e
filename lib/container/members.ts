/**
 * The properties of an object and its classes, including getters, but not those of `Object.prototype`. If another library lets
 * attackers write to `Object.prototype`, this must not set options or variables here.
 */
export function membersOf(source: object): Readonly<Record<string, unknown>> {
  const members = Object.create(null) as Record<string, unknown>;
  for (const owner of owners(source))
    for (const name of Object.getOwnPropertyNames(owner))
      if (name !== 'constructor' && !(name in members)) members[name] = Reflect.get(source, name);
  return members;
}

/** One of these properties, without reading the others. */
export function memberOf(source: object, name: string): unknown {
  return owners(source).some((owner) => Object.hasOwn(owner, name)) ? Reflect.get(source, name) : undefined;
}

/** The object and its prototypes, without `Object.prototype`. Each realm has its own, so it is recognised by a property. */
function owners(source: object): object[] {
  const found: object[] = [];
  for (let each: object | null = source; each !== null; each = Object.getPrototypeOf(each) as object | null)
    if (!Object.hasOwn(each, 'isPrototypeOf')) found.push(each);
  return found;
}
