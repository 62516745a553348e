/**
 * @typedef {object} Survivor
 * @property {string | RegExp} file
 * @property {string} [mutator]
 * @property {string | RegExp} [original]
 * @property {string | RegExp} [replacement]
 * @property {string} why
 */

/**
 * Mutants that no test can kill, or that none should, and why. An entry stands for every mutant of the file whose original
 * text and replacement match; what is left out may be anything.
 *
 * @type {Survivor[]}
 */
const SURVIVORS = [
  // The same, only slower.
  {
    file: 'guard/scaleway-auth.guard.ts',
    original: /^refusedChannel\.hasSubscribers$/,
    replacement: 'true',
    why: 'Publishing to nobody does nothing; the question saves making the event.',
  },
  {
    file: 'verification/jws.ts',
    original: 'header === USUAL_HEADER',
    replacement: 'false',
    why: 'The usual header is fit when it is parsed, too.',
  },
  {
    file: 'request/token-extractor.ts',
    original: 'token.length === IAM_KEY_LENGTH',
    replacement: 'true',
    why: 'The pattern that is asked next allows that length alone.',
  },
  {
    file: 'request/token-extractor.ts',
    mutator: 'Regex',
    original: /^\/\^\[0-9a-f\]\{8\}/,
    why: 'Only texts of its own length are compared with the pattern, so its ends need no anchors.',
  },
  {
    file: 'container/container-identity.ts',
    original: 'one.public || other.public',
    replacement: 'one.public && other.public',
    why: 'A public container has no ids, and a private one has at least one: the comparison of the ids tells them apart too.',
  },

  // Two ways to the same refusal.
  {
    file: 'verification/jws.ts',
    original: /^(payloadEnd === -1|-1)$/,
    why: 'Without a second dot the parts that are cut out are no base64url, and that is malformed as well.',
  },
  {
    file: 'verification/jws.ts',
    mutator: 'BlockStatement',
    original: /return undefined;/,
    why: 'Behind the catch there is no value, and what is no object is undefined as well.',
  },
  {
    file: 'request/token-extractor.ts',
    original: /^(start < end|end > start)$/,
    why: 'Before the start and behind the end of a text there is no blank, so the loop ends there.',
  },
  {
    file: 'verification/token-times.ts',
    original: /^(nbf|iat) !== undefined$/,
    replacement: 'true',
    why: 'No number is less than undefined times 1000.',
  },
  {
    file: 'verification/scw-token-claims.ts',
    original: "typeof seconds !== 'number'",
    replacement: 'false',
    why: 'Times are numbers or absent when claims are made, and absent ones make no valid Date.',
  },
  {
    file: 'verification/scw-token-claims.ts',
    original: /^(\{ value: true \}|true)$/,
    why: 'The brand is asked for by its presence, not by its value.',
  },
  {
    file: 'container/public-key.ts',
    original: /^(\[\]|(label|body) === undefined|label === undefined \|\| body === undefined)$/,
    why: 'Without a match both are undefined, and the compiler has to be told; undefined is not the label of a key either.',
  },
  {
    file: 'container/container-identity.ts',
    original: 'SCW_PUBLIC !== undefined',
    replacement: 'true',
    why: 'The text "undefined" is not "true".',
  },
  {
    file: 'container/public-key.ts',
    original: String.raw`'\n'`,
    why: 'A PEM without newlines is read as well.',
  },
  {
    file: 'passport/scaleway-jwt.strategy.ts',
    original: "'A public container has no key'",
    why: 'passport-jwt only has to be told something; the strategy of a public container refuses everybody.',
  },
  {
    file: 'verification/signature.ts',
    original: "'latin1'",
    why: 'What is signed is base64url and a dot, which are the same bytes in any encoding.',
  },

  // What is outside decides.
  {
    file: 'transports/rpc.ts',
    original: /^(typeof callback === 'function'|'function')$/,
    why: 'This version of grpc-js ends the call on its error event as well.',
  },
  {
    file: /transports\/(rpc|websocket)\.ts$/,
    mutator: 'BlockStatement',
    original: /^\{\s*return undefined;\s*\}$/,
    why: 'A function without a return gives undefined.',
  },
];

/** @param {Record<'file' | 'original' | 'replacement' | 'mutatorName', string>} mutant */
export function explanationOf({ file, original, replacement, mutatorName }) {
  /**
   * @param {string | RegExp | undefined} wanted
   * @param {string} text
   */
  const matches = (wanted, text) =>
    wanted === undefined || (typeof wanted === 'string' ? text === wanted : wanted.test(text));
  return SURVIVORS.find(
    (entry) =>
      (typeof entry.file === 'string' ? file.endsWith(`/${entry.file}`) : entry.file.test(file)) &&
      matches(entry.mutator, mutatorName) &&
      matches(entry.original, original) &&
      matches(entry.replacement, replacement),
  )?.why;
}
