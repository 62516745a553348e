const DURATION = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,10})s)?$/u;
const MAX_SECONDS = 36_500 * 86_400;

/** The seconds of a duration like 90s, 30m, 12h, 7d or 1h30m; undefined for anything else, for zero, and for more than a century. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const total = days * 86_400 + hours * 3600 + minutes * 60 + seconds;
  return total > 0 && total <= MAX_SECONDS ? total : undefined;
}
