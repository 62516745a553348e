import type { ApiRequest } from './api.js';
import * as schemas from './openapi-schemas.js';
import type { Product } from './token-store.js';

const PATH = /^\/openapi\.json(?:\?|$)/;

/** Whether a request asks for the description of the API, and not for a call of it. */
export function asksForDocument({ method, url }: ApiRequest): boolean {
  return method === 'GET' && PATH.test(url);
}

/** The local platform's API in OpenAPI 3.0, for API testers to import. */
export function openApiDocument(url: string): object {
  return {
    openapi: '3.0.3',
    info: {
      title: "Scaleway's issuing API, on a local platform",
      version: 'v1beta1',
      description:
        'Issues the tokens of private containers and functions. The secret key is the one that the local platform printed, ' +
        "or a script's `platform.secretKey`. No real key of yours belongs here.",
    },
    servers: [{ url }],
    tags: [{ name: 'containers' }, { name: 'functions' }],
    security: [{ 'secret-key': [] }],
    paths: { ...pathsOf('containers', ['container_id']), ...pathsOf('functions', ['function_id']) },
    components: {
      securitySchemes: {
        'secret-key': { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'An API secret key, a UUID' },
      },
      parameters: {
        region: {
          name: 'region',
          in: 'path',
          required: true,
          schema: { type: 'string', enum: ['fr-par', 'nl-ams', 'pl-waw'], default: 'fr-par' },
        },
      },
      schemas: {
        IssuedJwt: schemas.issuedJwt,
        Token: schemas.token,
        TokenList: schemas.tokenList,
        Error: schemas.error,
      },
      responses: schemas.refusals,
    },
  };
}

function pathsOf(product: Product, kinds: string[]): object {
  const targets = [...kinds, 'namespace_id'];
  const base = `/${product}/v1beta1/regions/{region}`;
  const one = product.slice(0, -1);
  const operation = (id: string, summary: string, answer: string, rest: object, refusals = [400, 401, 403, 404]) => ({
    operationId: `${product}-${id}`,
    tags: [product],
    summary,
    ...rest,
    responses: {
      200: { description: answer, content: json(`#/components/schemas/${answer}`) },
      ...Object.fromEntries(refusals.map((status) => [status, { $ref: `#/components/responses/${status}` }])),
    },
  });
  return {
    [`${base}/issue-jwt`]: {
      parameters: [{ $ref: '#/components/parameters/region' }],
      get: operation('issue-jwt', `Issue a token for a ${one} or a namespace: give one of the two ids`, 'IssuedJwt', {
        parameters: [...targets.map(query), query('expires_at')],
      }),
    },
    [`${base}/tokens`]: {
      parameters: [{ $ref: '#/components/parameters/region' }],
      get: operation('list-tokens', 'List the tokens of the tokens API', 'TokenList', {
        parameters: [...targets.map(query), ...['order_by', 'page', 'page_size'].map(query)],
      }),
      post: operation('create-token', `Create a token for a ${one} or a namespace: give one of the two ids`, 'Token', {
        requestBody: { required: true, content: { 'application/json': { schema: schemas.tokenRequest(targets) } } },
      }),
    },
    [`${base}/tokens/{token_id}`]: {
      parameters: [
        { $ref: '#/components/parameters/region' },
        { name: 'token_id', in: 'path', required: true, schema: schemas.uuid },
      ],
      get: operation('get-token', 'What is known of a token; the token itself is hidden', 'Token', {}, [401, 403, 404]),
      delete: operation('delete-token', 'Delete a token', 'Token', {}, [401, 403, 404]),
    },
  };
}

function query(name: string): object {
  return { name, in: 'query', ...schemas.argument(name) };
}

function json($ref: string): object {
  return { 'application/json': { schema: { $ref } } };
}
