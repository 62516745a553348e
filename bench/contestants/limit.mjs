import { verify } from 'node:crypto';
import { publicKeyOf } from '../../scripts/tooling/keys.mjs';
import { guardOf, synchronousGuardOf, tokenOf } from './guards.mjs';

/**
 * The least that verifying every unknown token once can cost: a Map of the tokens that passed, and `crypto.verify`.
 * No check of time or claims: it is a limit to measure against, not something to use.
 *
 * @param {number} bits
 */
function leanCheck(bits, limit = 1000) {
  const key = publicKeyOf(bits);
  /** @type {Map<string, string>} */
  const known = new Map();
  /** @param {string} token */
  const isKnown = (token) => known.get(token.slice(-12)) === token;
  /** @param {string} token */
  const keep = (token) => {
    const [oldest] = known.keys();
    if (known.size === limit && oldest !== undefined) known.delete(oldest);
    known.set(token.slice(-12), token);
  };
  return {
    /** @param {string} token */
    synchronous: (token) => {
      if (isKnown(token)) return true;
      const [input, signature] = partsOf(token);
      const genuine = verify('sha256', input, key, signature);
      if (genuine) keep(token);
      return genuine;
    },
    /**
     * Gives `true` at once for a known token, otherwise a promise: the work is done by a thread of the pool.
     *
     * @param {string} token
     * @returns {boolean | Promise<boolean>}
     */
    asynchronous: (token) => {
      if (isKnown(token)) return true;
      const [input, signature] = partsOf(token);
      return new Promise((resolve, reject) => {
        verify('sha256', input, key, signature, (error, genuine) => {
          if (error) return reject(error);
          if (genuine) keep(token);
          return resolve(genuine);
        });
      });
    },
  };
}

/**
 * What is signed, and the signature.
 *
 * @param {string} token
 * @returns {[input: Buffer, signature: Buffer]}
 */
export function partsOf(token) {
  const end = token.lastIndexOf('.');
  return [Buffer.from(token.slice(0, end), 'latin1'), Buffer.from(token.slice(end + 1), 'base64url')];
}

/**
 * In a guard of Nest's, to tell the cost of synchronous and asynchronous verification alone.
 *
 * @param {boolean} asynchronous
 * @returns {import('./index.mjs').Contestant}
 */
export const leanGuard = (asynchronous) => ({
  label: `lean guard, ${asynchronous ? 'asynchronous' : 'synchronous'} crypto.verify`,
  wire({ bits }) {
    const check = leanCheck(bits);
    return asynchronous
      ? { guard: guardOf((request) => check.asynchronous(tokenOf(request) ?? '')) }
      : { guard: synchronousGuardOf((request) => check.synchronous(tokenOf(request) ?? '')) };
  },
});

/**
 * Without any framework.
 *
 * @param {boolean} asynchronous
 * @returns {import('./index.mjs').Contestant}
 */
export const bareServer = (asynchronous) => ({
  label: `bare node:http, ${asynchronous ? 'asynchronous' : 'synchronous'} crypto.verify`,
  handle({ bits }) {
    const check = leanCheck(bits);
    const decide = asynchronous ? check.asynchronous : check.synchronous;
    return (request, response) => {
      /** @param {boolean} passed */
      const answer = (passed) => {
        response.statusCode = passed ? 200 : 401;
        response.setHeader('content-type', 'application/json');
        response.end(passed ? '{"ok":true}' : '{"statusCode":401,"message":"Unauthorized"}');
      };
      const passed = request.url === '/open' || decide(String(request.headers['x-auth-token'] ?? ''));
      if (typeof passed === 'boolean') answer(passed);
      else passed.then(answer, () => answer(false));
    };
  },
});
