/**
 * What an object has, itself or by its classes: accessors of a class count, and what every object inherits does not. A
 * library that lets strangers write to `Object.prototype` must not set options and variables of this one.
 */
export function membersOf(source: object): Readonly<Record<string, unknown>> {
  const members = Object.create(null) as Record<string, unknown>;
  for (const owner of owners(source))
    for (const name of Object.getOwnPropertyNames(owner))
      if (name !== 'constructor' && !(name in members)) members[name] = Reflect.get(source, name);
  return members;
}

/** One of them, without reading the others. */
export function memberOf(source: object, name: string): unknown {
  return owners(source).some((owner) => Object.hasOwn(owner, name)) ? Reflect.get(source, name) : undefined;
}

/** The object and its prototypes, without `Object.prototype`, of which other realms have one each. */
function owners(source: object): object[] {
  const found: object[] = [];
  for (let each: object | null = source; each !== null; each = Object.getPrototypeOf(each) as object | null)
    if (!Object.hasOwn(each, 'isPrototypeOf')) found.push(each);
  return found;
}
