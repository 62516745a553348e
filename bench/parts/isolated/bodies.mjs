import { freshener, requestWith } from '../../requests.mjs';

/** @typedef {import('../../timing.mjs').Body} Body */

/**
 * Kept where everybody could see it: a request that only a loop's body sees would not be made at all.
 *
 * @type {unknown}
 */
let kept;
/** @public */
export const lastRequest = () => kept;

/**
 * Makes a body that gives a check one fresh request after the other, with the tokens in turn.
 *
 * @param {import('../../contestants/index.mjs').Checker['check']} check
 * @param {readonly (string | undefined)[]} tokens undefined: a request without one
 * @param {number} iterations
 * @param {boolean} [awaited]
 * @returns {Body}
 */
export function bodyOf(check, tokens, iterations, awaited) {
  const fresh = tokens.map(freshener);
  let at = 0;
  const body = () => {
    const request = requestWith(fresh[at++ % fresh.length]?.());
    kept = request;
    return check(request);
  };
  return { body, iterations, ...(awaited === undefined ? {} : { awaited }) };
}

/**
 * Makes the same requests and checks nothing; to be subtracted.
 *
 * @param {readonly (string | undefined)[]} tokens
 * @param {number} iterations
 */
export const requestAlone = (tokens, iterations) => bodyOf(() => true, tokens, iterations);

/**
 * A contestant that gives a wrong answer quickly has won nothing.
 *
 * @param {Record<string, Body>} bodies
 * @param {boolean} expected
 */
export async function mustAnswer(bodies, expected) {
  for (const [name, { body }] of Object.entries(bodies)) {
    const answer = await body();
    if (answer !== expected) throw new Error(`"${name}" answered ${String(answer)} where ${expected} is right`);
  }
}
