import {
  ScalewayForbiddenError,
  ScalewayInvalidArgumentError,
  ScalewayNotFoundError,
  ScalewayPlatformError,
  ScalewayRateLimitError,
  ScalewayServerError,
  ScalewayUnauthenticatedError,
  type ScalewayArgumentProblem,
} from './errors.js';
import type { ApiReply } from './http-exchange.js';
import { quotable } from './secret-key.js';

/** The error for a reply that is not a success, with Scaleway's own words and what can be done. */
export function refusal(reply: ApiReply, secretKey: string, region: string): ScalewayPlatformError {
  const { status } = reply;
  const body = record(reply.json);
  const words = (value: unknown): string => (typeof value === 'string' ? quotable(value, secretKey) : '');
  const said = words(body['message']) && ` Scaleway says: "${words(body['message'])}".`;
  switch (status) {
    case 400: {
      const details = problems(body['details'], words);
      const list = details
        .map(({ argument, reason, help }) => `${argument}: ${reason}${help && `, ${help}`}`)
        .join('; ');
      return new ScalewayInvalidArgumentError(
        `Scaleway refused the request's arguments (400).${list === '' ? said : ` ${list}.`}`,
        status,
        details,
      );
    }
    case 401:
      return new ScalewayUnauthenticatedError(
        `Scaleway does not accept the secret key (401): check that it is whole, of the right account and not expired.${said}`,
      );
    case 403:
      return new ScalewayForbiddenError(
        `The API key may not do this (403): its owner needs an IAM policy for Serverless Containers or Functions in the project.${said}`,
      );
    case 404:
      return new ScalewayNotFoundError(
        `Scaleway found nothing under this id in ${region} (404): check the id, the region, and the project of the API key.${said}`,
      );
    case 429: {
      const pause = retryAfter(reply.headers, Date.now());
      const wait = pause === undefined ? 'try again later' : `try again in ${pause} s`;
      return new ScalewayRateLimitError(`Too many requests to Scaleway's API (429): ${wait}.${said}`, pause);
    }
    default:
      return status >= 500
        ? new ScalewayServerError(
            `Scaleway's API failed (${status}): try again later.${said}`,
            status,
            retryAfter(reply.headers, Date.now()),
          )
        : new ScalewayPlatformError(`Scaleway's API refused the request (${status}).${said}`, 'refused', status);
  }
}

const MAX_PROBLEMS = 20;

function problems(value: unknown, words: (value: unknown) => string): ScalewayArgumentProblem[] {
  return (Array.isArray(value) ? value : []).slice(0, MAX_PROBLEMS).map((item) => {
    const detail = record(item);
    return {
      argument: words(detail['argument_name']) || 'an argument',
      reason: words(detail['reason']) || 'invalid',
      help: words(detail['help_message']),
    };
  });
}

/** Retry-After in seconds: a number of them, or a date (RFC 9110 section 10.2.3). */
function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/u.test(value)) return Number(value);
  // Every HTTP date begins with the day's name; Date.parse alone would take "-5" for a year.
  const date = /^[A-Z][a-z]{2,8},? /u.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** An object to look members up in, whatever came. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
