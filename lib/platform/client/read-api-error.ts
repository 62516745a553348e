import { clock } from './clock.js';
import type { ApiReply } from './http-exchange.js';
import { record } from './json.js';
import type { OptionNames } from './option-names.js';
import { withRequestId } from './request-id.js';
import { retryAfterSeconds } from './retry-after.js';
import {
  ScalewayPlatformError,
  type ScalewayArgumentProblem,
  type ScalewayPlatformErrorDetails,
  type ScalewayPlatformErrorReason,
} from './scaleway-platform-error.js';
import type { ScalewayProduct } from './target.js';

/** What the error mentions in addition to the reply. */
export interface CallContext {
  readonly product: ScalewayProduct;
  readonly path: string;
  readonly region: string;
  readonly names: OptionNames;
}

/** The error for a failed request, with Scaleway's message and what to do. */
export function readApiError(reply: ApiReply, context: CallContext): ScalewayPlatformError {
  const { status, requestId } = reply;
  const body = record(reply.json);
  const words = (value: unknown): string => (typeof value === 'string' ? reply.quote(value) : '');
  const message = words(body['message']);
  const said = message && ` Scaleway says: "${message}".`;

  const error = (
    reason: ScalewayPlatformErrorReason,
    text: string,
    more: ScalewayPlatformErrorDetails = {},
  ): ScalewayPlatformError =>
    new ScalewayPlatformError(reason, `${text}${withRequestId(requestId)}`, { status, requestId, ...more });

  if (context.path === 'issue-jwt' && isGone(status, `${message} ${words(body['resource'])}`)) {
    return error(
      'endpoint_gone',
      `Scaleway may have switched issue-jwt off: it answered ${status} as if it did not exist. Use ${otherWays(context)}.${said}`,
    );
  }
  switch (status) {
    case 400: {
      const problems = readProblems(body['details'], words);
      const list = problems
        .map(({ argument, reason, help }) => `${argument}: ${reason}${help && `, ${help}`}`)
        .join('; ');
      return error(
        'invalid_argument',
        `Scaleway refused the request's arguments (400).${list === '' ? said : ` ${list}.`}`,
        { problems },
      );
    }
    case 401:
      return error(
        'unauthenticated',
        `Scaleway does not accept the secret key (401): check that it is complete, from the right account, and not expired.${said}`,
      );
    case 403:
      return error(
        'forbidden',
        `The API key does not have the permission (403): its owner needs an IAM policy for Serverless Containers or Functions in the project.${said}`,
      );
    case 404:
      return error(
        'not_found',
        `Scaleway found nothing with this id in ${context.region} (404): check the id, the region (${context.names.region}), and the project of the API key.${said}`,
      );
    case 429: {
      const pause = retryAfterSeconds(reply.headers, clock.wall());
      const wait = pause === undefined ? 'try again later' : `try again in ${pause} s`;
      return error('rate_limited', `Too many requests to Scaleway's API (429): ${wait}.${said}`, {
        retryAfterSeconds: pause,
      });
    }
    default:
      return status >= 500
        ? error('server_error', `Scaleway's API failed (${status}): try again later.${said}`, {
            retryAfterSeconds: retryAfterSeconds(reply.headers, clock.wall()),
          })
        : error('refused', `Scaleway's API refused the request (${status}).${said}`);
  }
}

/** A 404 that names what was not found comes from an existing endpoint: `Container was not found`. */
function isGone(status: number, words: string): boolean {
  return status === 404 ? !/\b(?:container|function|namespace)\b/iu.test(words) : [405, 410, 501].includes(status);
}

function otherWays({ product, names }: CallContext): string {
  const cli = product === 'containers' ? ', or `scw container token create` of the Scaleway CLI' : '';
  return `the tokens API instead (${names.tokensApi})${cli}`;
}

const MAX_PROBLEMS = 20;

function readProblems(value: unknown, words: (value: unknown) => string): ScalewayArgumentProblem[] {
  return (Array.isArray(value) ? value : []).slice(0, MAX_PROBLEMS).map((item) => {
    const detail = record(item);
    return {
      argument: words(detail['argument_name']) || 'an argument',
      reason: words(detail['reason']) || 'invalid',
      help: words(detail['help_message']),
    };
  });
}
