import type { ApiRequest } from './api.js';
import * as schemas from './openapi-schemas.js';
import type { Product } from './token-store.js';

const PATH = /^\/openapi\.json(?:\?|$)/;

/** Whether a request is for the OpenAPI document instead of an API call. */
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
        'Issues tokens for private containers and functions. Use the secret key that the local platform printed, or the ' +
        '`platform.secretKey` of your program. Do not use a real key.',
    },
    servers: [{ url }],
    tags: [{ name: 'containers' }, { name: 'functions' }],
    security: [{ 'secret-key': [] }],
    paths: { ...pathsOf('containers'), ...pathsOf('functions') },
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
        Token: schemas.token,
        TokenList: schemas.list('tokens', 'Token'),
        Namespace: schemas.namespace,
        NamespaceList: schemas.list('namespaces', 'Namespace'),
        Container: schemas.runnable,
        ContainerList: schemas.list('containers', 'Container'),
        Function: schemas.runnable,
        FunctionList: schemas.list('functions', 'Function'),
        Error: schemas.error,
      },
      responses: schemas.refusals,
    },
  };
}

function pathsOf(product: Product): object {
  const base = `/${product}/v1beta1/regions/{region}`;
  const operation = operationOf(product);
  const [one, schema] = product === 'containers' ? ['container', 'Container'] : ['function', 'Function'];
  const targets = [`${one}_id`, 'namespace_id'];
  // As Scaleway's documentation writes it, with a container's id under /functions too.
  const issueTargets = product === 'containers' ? targets : ['function_id', 'container_id', 'namespace_id'];
  const paging = ['order_by', 'page', 'page_size'];
  const found = [401, 403, 404];
  return {
    [`${base}/issue-jwt`]: operation(
      'get',
      'issue-jwt',
      `Issue a token: give one of ${issueTargets.join(', ')}`,
      'Token',
      {
        parameters: [...issueTargets, 'expires_at'].map(query),
      },
    ),
    [`${base}/tokens`]: {
      ...operation('get', 'list-tokens', 'List the tokens of the tokens API', 'TokenList', {
        parameters: [...targets, ...paging].map(query),
      }),
      ...operation('post', 'create-token', `Create a token: give one of ${targets.join(', ')}`, 'Token', {
        requestBody: { required: true, content: { 'application/json': { schema: schemas.tokenRequest(targets) } } },
      }),
    },
    [`${base}/tokens/{token_id}`]: {
      ...operation('get', 'get-token', 'Get the record of a token; the token itself is hidden', 'Token', {}, found),
      ...operation('delete', 'delete-token', 'Delete a token', 'Token', {}, found),
      parameters: [region, inPath('token_id')],
    },
    [`${base}/namespaces`]: operation('get', 'list-namespaces', 'List the namespaces', 'NamespaceList', {
      parameters: ['name', ...paging].map(query),
    }),
    [`${base}/namespaces/{namespace_id}`]: {
      ...operation('get', 'get-namespace', 'One namespace', 'Namespace', {}, found),
      parameters: [region, inPath('namespace_id')],
    },
    [`${base}/${product}`]: operation('get', `list-${product}`, `List the ${product}`, `${schema}List`, {
      parameters: ['namespace_id', 'name', ...paging].map(query),
    }),
    [`${base}/${product}/{${one}_id}`]: {
      ...operation('get', `get-${one}`, `One ${one}`, schema, {}, found),
      parameters: [region, inPath(`${one}_id`)],
    },
  };
}

const region = { $ref: '#/components/parameters/region' };

const operationOf =
  (product: Product) =>
  (method: string, id: string, summary: string, answer: string, rest: object, refusals = [400, 401, 403, 404]) => ({
    parameters: [region],
    [method]: {
      operationId: `${product}-${id}`,
      tags: [product],
      summary,
      ...rest,
      responses: {
        200: { description: answer, headers: schemas.answerHeaders, content: json(`#/components/schemas/${answer}`) },
        ...Object.fromEntries(refusals.map((status) => [status, { $ref: `#/components/responses/${status}` }])),
      },
    },
  });

function inPath(name: string): object {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

function query(name: string): object {
  return { name, in: 'query', ...schemas.argument(name) };
}

function json($ref: string): object {
  return { 'application/json': { schema: { $ref } } };
}
