import { parseDateTime } from '../rfc3339.js';

/**
 * Reads an RFC 3339 time in any zone. A token's `exp` counts whole seconds, so that is what is kept.
 *
 * @returns the instant, or undefined when the text is no such time (30 February included)
 */
export function parseExpiresAt(text: string): Date | undefined {
  const instant = parseDateTime(text);
  return instant && wholeSeconds(instant);
}

/** The instant without its fraction of a second. */
export function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

/** As Scaleway writes it: in Z, whichever zone it was asked in. */
export function formatExpiresAt(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
