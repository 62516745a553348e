/** Longer pauses are shortened to this, so that the resulting time is a valid Date. */
const MAX_SECONDS = 31_536_000;

/**
 * `Retry-After` in seconds. The header is a number of seconds or a date (RFC 9110 section 10.2.3). A date is compared with the
 * reply's `Date`, so this machine's clock does not matter. Undefined if the header is absent or malformed, 0 for the past.
 */
export function retryAfterSeconds(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/u.test(value)) return Math.min(Number(value), MAX_SECONDS);
  const until = parseHttpDate(value);
  if (until === undefined) return undefined;
  const from = parseHttpDate(headers.get('date') ?? '') ?? now;
  return Math.min(Math.max(0, Math.ceil((until - from) / 1000)), MAX_SECONDS);
}

/** RFC 9110 section 5.6.7: three formats, all in UTC, all beginning with the name of a day. */
function parseHttpDate(value: string): number | undefined {
  // Date.parse alone would read "-5" as a year, and the third format, which has no zone, as local time.
  if (!/^[A-Z][a-z]{2,8},? /u.test(value)) return undefined;
  const instant = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(instant) ? undefined : instant;
}
