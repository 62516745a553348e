const RFC_3339 = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/**
 * Reads an RFC 3339 time in any zone. A token's `exp` counts whole seconds, so that is what is kept.
 *
 * @returns the instant, or undefined when the text is no such time (30 February included)
 */
export function parseExpiresAt(text: string): Date | undefined {
  const day = RFC_3339.exec(text)?.[1];
  // Date.parse rolls 30 February over into March instead of refusing it.
  if (day === undefined || !isCalendarDay(day)) return undefined;
  return wholeSeconds(new Date(text.toUpperCase()));
}

/** The instant without its fraction of a second. */
export function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

/** As Scaleway writes it: in Z, whichever zone it was asked in. */
export function formatExpiresAt(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

function isCalendarDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
