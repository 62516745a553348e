import { parseDateTime } from '../rfc3339.js';

/**
 * Reads an RFC 3339 time in any zone. A token's `exp` has whole seconds, so fractions are dropped.
 *
 * @returns the instant, or undefined if the text is not a valid time (such as 30 February)
 */
export function parseExpiresAt(text: string): Date | undefined {
  const instant = parseDateTime(text);
  return instant && wholeSeconds(instant);
}

/** The instant without fractions of a second. */
export function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

/** In Scaleway's format: always in Z. */
export function formatExpiresAt(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
