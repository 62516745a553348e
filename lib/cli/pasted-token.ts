/** A token, with notes about the text that was pasted with it. */
export interface PastedToken {
  readonly token: string;
  /** What was removed, and how a container would have treated it. */
  readonly notes: readonly string[];
}

const HEADER = /^(?:X-Auth-Token|Authorization|SCW[-_]Functions[-_]Token)[ \t]*:\s*/i;
const BEARER = /^Bearer\s+/i;
const QUOTES: ReadonlySet<string> = new Set(['"', "'", '`', '“', '”', '‘', '’']);
/** Invisible characters, which a web page or a chat may have added. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;
const LINE_BREAKS_IN_JWT = /^[\w-]+\s*\.[\w\s-]+\.[\w\s-]+$/;

/** Finds the token in pasted text. Removes a header name, `Bearer`, quotes, and line breaks of a narrow terminal. */
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
    become(unquoted(token), 'The token was pasted with quotes. If you send them, it is malformed.');
  take(INVISIBLE, 'The token was pasted with invisible characters. If you send them, it is malformed.');
  unquote();
  take(HEADER, 'The token was pasted with a header name. The token is only the part after the colon.');
  unquote();
  take(
    BEARER,
    'The token was pasted with "Bearer". Send that only in Authorization; in X-Auth-Token it makes the token malformed.',
  );
  unquote();
  if (/\s/.test(token) && LINE_BREAKS_IN_JWT.test(token)) {
    take(/\s+/g, 'The token was pasted with line breaks or spaces in it. If you send them, it is malformed.');
  }
  return { token, notes };
}

/** Without a regular expression, because one that is anchored at the end takes quadratic time with many quotes. */
function unquoted(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && QUOTES.has(text[start]!)) start++;
  while (end > start && QUOTES.has(text[end - 1]!)) end--;
  return text.slice(start, end).trim();
}
