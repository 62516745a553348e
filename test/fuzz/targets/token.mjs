import assert from 'node:assert/strict';

/**
 * The readers of headers and of tokens: they never throw, and take exactly what a second reader takes, which was written
 * from RFC 7515 without a look at the first.
 */
export const files = ['verification/jws', 'request/token-extractor'];

const MAXIMUM = 8192;
const NAMES = /** @type {const} */ (['x-auth-token', 'scw-functions-token', 'scw_functions_token', 'authorization']);
const REASONS = new Set(['malformed', 'unsupported_algorithm', 'unsupported_header']);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const words = [
  '{"alg":"RS256"}',
  '"alg"',
  '"RS256"',
  '"typ"',
  '"JWT"',
  '"crit"',
  '"b64"',
  '"zip"',
  '"cty"',
  '"kid"',
  '"__proto__"',
  ':',
  ',',
  '{',
  '}',
  '[',
  ']',
  'null',
  'true',
  '1e400',
  '-0',
  '\\u0061',
  '.',
  '..',
  '=',
  '-',
  '_',
  ' ',
  '\t',
  '"',
  'Bearer ',
  'bearer\t',
  'Basic ',
  'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9',
  'e30',
  '11111111-2222-3333-4444-555555555555',
  '\u00ff',
  '\u00c3\u00a9',
  '\u0000',
];

/**
 * By hand: the obvious expression for the end takes quadratic time.
 *
 * @param {string} text
 */
function trimmed(text) {
  const blanks = new Set(' \t');
  let [start, end] = [0, text.length];
  while (start < end && blanks.has(text.charAt(start))) start++;
  while (end > start && blanks.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/**
 * What a part holds; undefined where it is no canonical base64url of a JSON object in UTF-8.
 *
 * @param {string} part
 */
function objectIn(part) {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== part) return undefined;
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return Object.prototype.toString.call(value) === '[object Object]' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} token */
function isFit(token) {
  const [head = '', body = '', signature = '', ...more] = token.split('.');
  if (more.length > 0 || signature === '') return false;
  const header = objectIn(head);
  if (header === undefined || objectIn(body) === undefined) return false;
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature) return false;
  const own = new Map(Object.entries(header));
  return (
    own.get('alg') === 'RS256' &&
    ['crit', 'b64', 'zip', 'cty'].every((name) => !own.has(name)) &&
    (!own.has('typ') || (typeof own.get('typ') === 'string' && own.get('typ').toLowerCase() === 'jwt'))
  );
}

/**
 * @param {typeof import('../../../lib/verification/jws.js') & typeof import('../../../lib/request/token-extractor.js')} readers
 * @returns {(input: Buffer) => string}
 */
export function prepare({ parseToken, TokenExtractor }) {
  const extractor = new TokenExtractor(NAMES, MAXIMUM);
  return (input) => {
    // The first byte says which header carries the rest, how often, and whether the raw headers are known.
    const shape = input[0] ?? 0;
    const name = /** @type {typeof NAMES[number]} */ (NAMES[shape & 3]);
    const value = input.subarray(1).toString('latin1');
    const copies = shape & 4 ? 2 : 1;
    const rawHeaders = shape & 8 ? Array.from({ length: copies }, () => [name.toUpperCase(), value]).flat() : undefined;
    const headers = { [name]: copies === 2 && shape & 16 ? [value, value] : value };
    const presented = extractor.extract(shape & 32 ? { headers, raw: { rawHeaders } } : { headers, rawHeaders });

    const bare = trimmed(value);
    const scheme = bare.slice(0, 7).toLowerCase();
    const isBearer = scheme === 'bearer ' || scheme === 'bearer\t';
    const credential = name !== 'authorization' ? bare : isBearer ? trimmed(bare.slice(7)) : '';
    if (presented.reason !== undefined) {
      const { reason } = presented;
      if (reason === 'no_token') assert.equal(credential, '');
      else if (reason === 'too_long') assert(credential.length > MAXIMUM);
      else if (reason === 'iam_key') assert(UUID.test(credential));
      else if (reason === 'duplicate_token') assert(copies === 2 || credential.includes(','));
      else assert.fail(`no reason of the extractor: ${reason}`);
      return reason;
    }
    assert.equal(presented.token, credential);
    assert.equal(presented.header, name);
    assert(credential !== '' && credential.length <= MAXIMUM && !UUID.test(credential));

    const read = parseToken(presented.token);
    assert.equal(
      typeof read === 'object',
      isFit(credential),
      `${JSON.stringify(credential)} is ${JSON.stringify(read)}`,
    );
    if (typeof read === 'string') {
      assert(REASONS.has(read));
      return read;
    }
    assert.deepEqual(read, objectIn(credential.split('.')[1] ?? ''));
    return 'a token';
  };
}

/**
 * Most of the time it changes what a part holds, not its base64url.
 *
 * @type {import('../worker.mjs').Target['mutate']}
 */
export const mutate = (input, change, random) => {
  const parts = input.subarray(1).toString('latin1').split('.');
  if (parts.length !== 3 || random.below(3) === 0) return change(input);
  const at = random.below(3);
  parts[at] = change(Buffer.from(parts[at] ?? '', 'base64url')).toString('base64url');
  return Buffer.concat([input.subarray(0, 1), Buffer.from(parts.join('.'), 'latin1')]);
};
