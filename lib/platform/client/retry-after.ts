/** A server that asks for more than this means "not today"; it also keeps what comes from it within what a Date can hold. */
const MAX_SECONDS = 31_536_000;

/**
 * `Retry-After` in seconds: a number of them, or a date (RFC 9110 section 10.2.3). A date is compared with the reply's own
 * `Date`, so that this machine's clock does not matter. Undefined when the header is absent or malformed, 0 for the past.
 */
export function retryAfterSeconds(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/u.test(value)) return Math.min(Number(value), MAX_SECONDS);
  const until = parseHttpDate(value);
  if (until === undefined) return undefined;
  const from = parseHttpDate(headers.get('date') ?? '') ?? now;
  return Math.min(Math.max(0, Math.ceil((until - from) / 1000)), MAX_SECONDS);
}

/** RFC 9110 section 5.6.7: three forms, all of them in UTC, all beginning with the day's name. */
function parseHttpDate(value: string): number | undefined {
  // Date.parse alone would take "-5" for a year, and the third form, which names no zone, for local time.
  if (!/^[A-Z][a-z]{2,8},? /u.test(value)) return undefined;
  const instant = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(instant) ? undefined : instant;
}
