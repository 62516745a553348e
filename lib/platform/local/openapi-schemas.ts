/** Ids of the local platform are UUIDs by default. */
const uuid = { type: 'string', format: 'uuid' };

const time = { type: 'string', format: 'date-time' };

export const token = {
  type: 'object',
  properties: {
    token: { type: 'string', description: 'Only shown when it is issued; `<hidden>` afterwards' },
    public_key: {
      type: 'string',
      description: "PEM; the SCW_PUBLIC_KEY of the namespace's containers. Empty if the token is hidden",
    },
    container_id: { type: 'string' },
    function_id: { type: 'string' },
    namespace_id: { type: 'string' },
    id: { ...uuid, description: "The `jti` of the token's claims" },
    status: { type: 'string', enum: ['creating', 'ready', 'deleting'] },
    expires_at: { ...time, nullable: true },
    description: { type: 'string' },
  },
};

const found = {
  id: { type: 'string' },
  name: { type: 'string', description: 'Here: its id' },
  status: { type: 'string', enum: ['ready'] },
  environment_variables: { type: 'object', additionalProperties: { type: 'string' } },
  region: { type: 'string' },
};

export const namespace = { type: 'object', properties: { ...found, project_id: uuid } };

/** A container or a function. */
export const runnable = {
  type: 'object',
  properties: { ...found, namespace_id: { type: 'string' }, privacy: { type: 'string', enum: ['private'] } },
};

/** A page of a list of schemas. */
export function list(member: string, schema: string): object {
  return {
    type: 'object',
    required: [member, 'total_count'],
    properties: {
      [member]: { type: 'array', items: { $ref: `#/components/schemas/${schema}` } },
      total_count: { type: 'integer' },
    },
  };
}

export const error = {
  type: 'object',
  required: ['message'],
  properties: { message: { type: 'string' }, type: { type: 'string' }, details: { type: 'array', items: {} } },
};

/** Sent with each response. */
export const answerHeaders = {
  'X-Request-Id': { description: 'New for each request', schema: uuid },
};

const refusal = (description: string) => ({
  description,
  headers: answerHeaders,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});

export const refusals = {
  400: refusal('An argument is missing or malformed'),
  401: refusal('The secret key is missing, or is not the key of this platform'),
  403: refusal('The secret key does not have the permission'),
  404: refusal('There is no such namespace, container, function or token'),
};

/** The arguments by name. */
const ARGUMENTS: Record<string, { description: string; schema: object }> = {
  container_id: { description: 'The container that the token is for', schema: { type: 'string' } },
  function_id: { description: 'The function that the token is for', schema: { type: 'string' } },
  namespace_id: { description: 'The namespace; the token is for everything in it', schema: { type: 'string' } },
  expires_at: { description: 'RFC 3339; without it the token never expires', schema: time },
  name: { description: 'The name to look for; here, names are ids', schema: { type: 'string' } },
  order_by: { description: 'Order', schema: { type: 'string', enum: ['created_at_asc', 'created_at_desc'] } },
  page: { description: 'The number of the page, from 1', schema: { type: 'integer', minimum: 1 } },
  page_size: { description: 'The number of items on a page', schema: { type: 'integer', minimum: 1, maximum: 100 } },
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
