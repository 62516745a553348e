import { RevocationLogError } from '../revocation/revocation-log.js';

/** What the first word of a server's error means. */
const REPLIES: Readonly<Record<string, string>> = {
  WRONGPASS: 'authentication failed: wrong user name or password',
  NOAUTH: 'authentication failed: the server requires a password',
  NOPERM: 'permission denied',
  READONLY: 'the server is a read-only replica',
  OOM: 'the server is out of memory (maxmemory)',
  MISCONF: 'the server cannot write to its disk',
  NOREPLICAS: 'the server has too few replicas (min-replicas-to-write)',
  MASTERDOWN: 'the server is a replica whose master is down',
  LOADING: 'the server is still loading its data',
  WRONGTYPE: 'the key holds another type than a stream',
  CLUSTERDOWN: 'the cluster is down',
  MOVED: 'the server is a node of a cluster that holds other keys',
};

/** What Node's code of a failed connection means. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, 'unknown host'],
  [/^ECONNREFUSED$/, 'connection refused'],
  [/^(?:ETIMEDOUT|ESOCKETTIMEDOUT)$/, 'no answer in time'],
  [/^(?:EHOSTUNREACH|ENETUNREACH)$/, 'host unreachable'],
  [/^(?:ECONNRESET|EPIPE)$/, 'connection closed by the server'],
  [/^ENOENT$/, 'no such socket'],
  [/^EACCES$/, 'permission denied on the socket'],
  [/^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/, 'TLS failed'],
];

/** The first word of a server's error; undefined for errors of another kind. */
function replyWord(error: unknown): string | undefined {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  if (name === 'RevocationLogError' || typeof message !== 'string') return undefined;
  return /^([A-Z][A-Z0-9]+) /.exec(message)?.[1];
}

/** Whether the connection is good, and the server has refused a command. After READONLY it is the wrong server. */
export function isReplyError(error: unknown): boolean {
  const word = replyWord(error);
  return word !== undefined && word !== 'READONLY' && word !== 'NOAUTH';
}

/** The same failure with a message that names the cause, and nothing of the URL. */
export function toLogError(error: unknown, wasConnected: boolean): Error {
  if (error instanceof RevocationLogError && (wasConnected || error.unchanged)) return error;
  // No cause: ioredis keeps the command with its arguments in the error, the password of AUTH too.
  return new RevocationLogError(causeOf(error), { unchanged: !wasConnected || replyWord(error) !== undefined });
}

/** What is wrong, in words that hold nothing of the URL. */
export function causeOf(error: unknown): string {
  if (error instanceof RevocationLogError) return error.message;
  const word = replyWord(error);
  if (word !== undefined) {
    const { message } = error as Error;
    // Older servers, and a user without a password.
    if (/^ERR (?:AUTH|invalid password|Client sent AUTH)/i.test(message)) return REPLIES['WRONGPASS']!;
    const refused = /'([a-z|]+)' command/.exec(message)?.[1];
    if (word === 'NOPERM' && refused !== undefined)
      return `permission denied: the user may not run ${refused.toUpperCase()}`;
    return REPLIES[word] ?? `the server answered ${word}`;
  }
  const { code, name, message } = (error ?? {}) as { code?: unknown; name?: unknown; message?: unknown };
  const [codeText, nameText, text] = [code, name, message].map((each) => (typeof each === 'string' ? each : ''));
  const known = CODES.find(([pattern]) => pattern.test(codeText!));
  if (known !== undefined) return known[1] === 'TLS failed' ? `${known[1]}: ${codeText}` : known[1];
  if (/timeout/i.test(`${nameText} ${text}`)) return 'no answer in time';
  if (/clos|disconnect/i.test(`${nameText} ${text}`)) return 'connection closed by the server';
  return codeText || nameText || 'it cannot be read';
}
