import { createServer } from 'node:http';
import { verify } from 'node:crypto';
import { publicKeyOf } from '../subject/keys.mjs';
import { guardOf, synchronousGuardOf } from './nest.mjs';

/**
 * The least that verifying every unknown token once can cost: a Map of the tokens that passed, and `crypto.verify`.
 * No check of time or claims: it is a limit to measure against, not something to use.
 */
function leanCheck(bits, limit = 1000) {
  const key = publicKeyOf(bits);
  const known = new Map();
  const parts = (token) => {
    const end = token.lastIndexOf('.');
    return [Buffer.from(token.slice(0, end), 'latin1'), Buffer.from(token.slice(end + 1), 'base64url')];
  };
  const isKnown = (token) => known.get(token.slice(-12)) === token;
  const keep = (token) => {
    if (known.size === limit) known.delete(known.keys().next().value);
    known.set(token.slice(-12), token);
  };
  return {
    synchronous(token) {
      if (isKnown(token)) return true;
      const [input, signature] = parts(token);
      const genuine = verify('sha256', input, key, signature);
      if (genuine) keep(token);
      return genuine;
    },
    /** Gives `true` at once for a known token, otherwise a promise: the work is done by a thread of the pool. */
    asynchronous(token) {
      if (isKnown(token)) return true;
      const [input, signature] = parts(token);
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

const tokenOf = (request) => request.headers['x-auth-token'] ?? '';

/** In a guard of Nest's, to tell the cost of synchronous and asynchronous verification alone. */
export const leanGuard = (asynchronous) => ({
  label: `lean guard, ${asynchronous ? 'asynchronous' : 'synchronous'} crypto.verify`,
  wire({ bits }) {
    const check = leanCheck(bits);
    return asynchronous
      ? { guard: guardOf((request) => check.asynchronous(tokenOf(request))) }
      : { guard: synchronousGuardOf((request) => check.synchronous(tokenOf(request))) };
  },
});

/** Without any framework. */
export const bareServer = (asynchronous) => ({
  label: `bare node:http, ${asynchronous ? 'asynchronous' : 'synchronous'} crypto.verify`,
  serve({ bits }) {
    const check = leanCheck(bits);
    const decide = asynchronous ? check.asynchronous : check.synchronous;
    const answer = (response, passed) => {
      response.statusCode = passed ? 200 : 401;
      response.setHeader('content-type', 'application/json');
      response.end(passed ? '{"ok":true}' : '{"statusCode":401,"message":"Unauthorized"}');
    };
    return createServer((request, response) => {
      if (request.url === '/open') return answer(response, true);
      const passed = decide(tokenOf(request));
      return passed === true || passed === false
        ? answer(response, passed)
        : passed.then(
            (genuine) => answer(response, genuine),
            () => answer(response, false),
          );
    });
  },
});
