// RFC 3339 section 5.6, date-time. Its leap second (:60) is left out: a JSON Web Token cannot name that instant.
const DATE_TIME =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/iu;

/** Reads a date and time with its zone; undefined for an invalid one, such as 30 February. */
export function parseDateTime(text: string): Date | undefined {
  const day = DATE_TIME.exec(text)?.[1];
  if (day === undefined || !isCalendarDay(day)) return undefined;
  return new Date(text.toUpperCase());
}

/** Date.parse reads 30 February as 2 March. */
function isCalendarDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
