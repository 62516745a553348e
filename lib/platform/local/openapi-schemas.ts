/** Ids of the local platform are UUIDs unless a script chose others. */
export const uuid = { type: 'string', format: 'uuid' };

const time = { type: 'string', format: 'date-time' };

export const issuedJwt = {
  type: 'object',
  required: ['token', 'public_key'],
  properties: {
    token: { type: 'string', description: 'The token, shown only here' },
    public_key: { type: 'string', description: 'PEM; what the containers of the namespace get as SCW_PUBLIC_KEY' },
  },
};

export const token = {
  type: 'object',
  properties: {
    id: { ...uuid, description: "The `jti` of the token's claims" },
    token: { type: 'string', description: 'Shown when it is created, `<hidden>` afterwards' },
    container_id: { type: 'string' },
    function_id: { type: 'string' },
    namespace_id: { type: 'string' },
    public_key: { type: 'string' },
    status: { type: 'string', enum: ['creating', 'ready', 'deleting'] },
    description: { type: 'string' },
    expires_at: { ...time, nullable: true },
  },
};

export const tokenList = {
  type: 'object',
  required: ['tokens', 'total_count'],
  properties: {
    tokens: { type: 'array', items: { $ref: '#/components/schemas/Token' } },
    total_count: { type: 'integer' },
  },
};

export const error = {
  type: 'object',
  required: ['message'],
  properties: { message: { type: 'string' }, type: { type: 'string' }, details: { type: 'array', items: {} } },
};

const refusal = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});

export const refusals = {
  400: refusal('An argument is missing, or is not of the form that it must have'),
  401: refusal('The secret key is missing, or not the one of this platform'),
  403: refusal('The secret key may not do this'),
  404: refusal('There is no such namespace, container, function or token'),
};

/** What an argument may be, by its name. */
const ARGUMENTS: Record<string, { description: string; schema: object }> = {
  container_id: { description: 'The container that the token is for', schema: { type: 'string' } },
  function_id: { description: 'The function that the token is for', schema: { type: 'string' } },
  namespace_id: { description: 'The namespace, all of which the token is for', schema: { type: 'string' } },
  expires_at: { description: 'RFC 3339; without it the token never ends', schema: time },
  order_by: { description: 'Order', schema: { type: 'string', enum: ['created_at_asc', 'created_at_desc'] } },
  page: { description: 'From 1 on', schema: { type: 'integer', minimum: 1 } },
  page_size: { description: 'Tokens a page', schema: { type: 'integer', minimum: 1, maximum: 100 } },
};

export function argument(name: string): object {
  return ARGUMENTS[name] ?? {};
}

/** The body that creates a token. */
export function tokenRequest(targets: readonly string[]): object {
  const names = [...targets, 'expires_at'];
  const properties = Object.fromEntries(
    names.map((name) => [name, { ...ARGUMENTS[name]?.schema, description: ARGUMENTS[name]?.description }]),
  );
  return { type: 'object', properties: { ...properties, description: { type: 'string' } } };
}
