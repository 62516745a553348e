import type { Protection } from './guarded-routes.js';

export type Responses = Record<string, object>;

/** The answers of the guard to a request that it refuses, as OpenAPI describes answers. */
export function refusalResponses({ isOptional, scope }: Protection): Responses {
  const what = isOptional ? 'The token that was sent' : 'There is no token, or it';
  return {
    401: refusal(401, 'Unauthorized', `${what} is not valid at this time.`),
    403: refusal(403, 'Forbidden', `The token is meant for another container${scope ? WRONG_SCOPE[scope] : ''}.`),
  };
}

const WRONG_SCOPE = {
  application: ', or for the whole namespace: this route wants one for this very container',
  namespace: ', or for this one alone: this route wants one for the namespace',
};

function refusal(statusCode: number, message: string, description: string): object {
  return {
    description,
    headers: {
      'WWW-Authenticate': {
        description: 'What was wrong, as RFC 6750 (section 3) wants it',
        schema: { type: 'string', example: 'Bearer realm="Scaleway container"' },
      },
    },
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['statusCode', 'message'],
          properties: {
            statusCode: { type: 'number', example: statusCode },
            message: { type: 'string', example: message },
          },
        },
      },
    },
  };
}
