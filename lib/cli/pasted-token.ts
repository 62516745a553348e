/** A token, and what was pasted around it. */
export interface PastedToken {
  readonly token: string;
  /** What was taken away, and what a container would have made of it. */
  readonly notes: readonly string[];
}

const HEADER = /^(?:X-Auth-Token|Authorization|SCW[-_]Functions[-_]Token)[ \t]*:\s*/i;
const BEARER = /^Bearer\s+/i;
const QUOTES: ReadonlySet<string> = new Set(['"', "'", '`', '“', '”', '‘', '’']);
/** Characters that show as nothing, which a web page or a chat may have added. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;
const LINE_BREAKS_IN_JWT = /^[\w-]+\s*\.[\w\s-]+\.[\w\s-]+$/;

/** Finds the token in a paste: without a header's name, `Bearer`, quotes, and line breaks of a narrow terminal. */
export function readPastedToken(paste: string): PastedToken {
  const notes: string[] = [];
  let token = paste.trim();
  const become = (without: string, note: string): void => {
    if (without === token) return;
    token = without;
    if (!notes.includes(note)) notes.push(note);
  };
  const take = (pattern: RegExp, note: string): void => become(token.replace(pattern, '').trim(), note);
  const unquote = (): void =>
    become(unquoted(token), 'Quotes were pasted around the token. Sent with them, it is malformed.');
  take(INVISIBLE, 'Invisible characters were pasted with the token. Sent with them, it is malformed.');
  unquote();
  take(HEADER, "The header's name was pasted with the token. Only what follows the colon is the token.");
  unquote();
  take(BEARER, '"Bearer" was pasted with the token. It belongs into Authorization; in X-Auth-Token it is malformed.');
  unquote();
  if (/\s/.test(token) && LINE_BREAKS_IN_JWT.test(token)) {
    take(/\s+/g, 'Line breaks or blanks were pasted inside the token. Sent with them, it is malformed.');
  }
  return { token, notes };
}

/** Not by a pattern: one that is anchored at the end takes quadratic time on many quotes. */
function unquoted(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && QUOTES.has(text[start]!)) start++;
  while (end > start && QUOTES.has(text[end - 1]!)) end--;
  return text.slice(start, end).trim();
}
