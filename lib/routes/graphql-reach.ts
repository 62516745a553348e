/** The parts of graphql's schema that are used; @nestjs/graphql has built it when the hooks `onModuleInit` have run. */
export interface Schema {
  getQueryType(): SchemaType | null | undefined;
  getMutationType(): SchemaType | null | undefined;
  getSubscriptionType(): SchemaType | null | undefined;
  getType(name: string): SchemaType | undefined;
  getPossibleTypes(type: SchemaType): readonly SchemaType[];
}

interface SchemaType {
  readonly name: string;
  /** What a list or a non-null type is of. */
  readonly ofType?: SchemaType;
  getFields?(): Record<string, { readonly type: SchemaType }>;
  getInterfaces?(): readonly SchemaType[];
}

/** Where a client enters a schema: `Query.orders`, or `User.__resolveReference` in a federation. */
export type Entrance = string;

/** Everything that a client can enter at, by `@nestjs/graphql`'s names: it binds no handler to a root type of another name. */
export function rootFields(schema: Schema): Entrance[] {
  return Object.entries(rootsOf(schema)).flatMap(([name, root]) =>
    Object.keys(root?.getFields?.() ?? {}).map((field) => `${name}.${field}`),
  );
}

function rootsOf(schema: Schema): Record<string, SchemaType | null | undefined> {
  return {
    Query: schema.getQueryType(),
    Mutation: schema.getMutationType(),
    Subscription: schema.getSubscriptionType(),
  };
}

/** Whether clients enter a schema at the fields of this type. */
export function isRoot(schema: Schema, typeName: string): boolean {
  return Object.values(rootsOf(schema)).some((root) => root?.name === typeName);
}

/** Whether a client that enters there can come to a field of this type. */
export function leadsTo(schema: Schema, entrance: Entrance, typeName: string): boolean {
  const seen = new Set<string>();
  const waiting = [enteredType(schema, entrance)];
  for (let type = waiting.pop(); type !== undefined || waiting.length > 0; type = waiting.pop()) {
    while (type?.ofType !== undefined) type = type.ofType;
    if (type === undefined || seen.has(type.name)) continue;
    if (type.name === typeName) return true;
    seen.add(type.name);
    // A payload that has the root: its fields are entrances of their own.
    if (isRoot(schema, type.name)) continue;
    waiting.push(...(type.getInterfaces?.() ?? []), ...schema.getPossibleTypes(type));
    for (const field of Object.values(type.getFields?.() ?? {})) waiting.push(field.type);
  }
  return false;
}

function enteredType(schema: Schema, entrance: Entrance): SchemaType | undefined {
  const [typeName, field] = entrance.split('.') as [string, string];
  if (field === '__resolveReference') return schema.getType(typeName);
  const root = rootsOf(schema)[typeName];
  return root?.getFields?.()[field]?.type;
}
