import { verify } from 'node:crypto';
import { checker as awsJwtVerify } from '../../contestants/aws-jwt-verify.mjs';
import { checker as docsJwt } from '../../contestants/docs-jwt.mjs';
import { checker as docsPassport } from '../../contestants/docs-passport.mjs';
import { checker as fastJwt } from '../../contestants/fast-jwt.mjs';
import { checker as jose } from '../../contestants/jose.mjs';
import { partsOf } from '../../contestants/limit.mjs';
import { inIsolation } from '../../contestants/scaleway-auth.mjs';
import { figure, plusMinus } from '../../../scripts/tooling/format.mjs';
import { difference, median, ratio, resolution, spread } from '../../../scripts/tooling/statistics.mjs';
import { target } from '../../targets.mjs';
import { interleaved } from '../../timing.mjs';
import { publicKeyOf } from '../../../scripts/tooling/keys.mjs';
import { validTokens } from '../../../scripts/tooling/tokens.mjs';
import { bodyOf, mustAnswer, requestAlone } from './bodies.mjs';

const LIMIT = 'bare crypto.verify';
const OURS = 'nestjs-scaleway-auth: whole guard';

/**
 * A genuine token that was not seen before, against the one step that nobody can leave out.
 *
 * @param {import('../../measure.mjs').Mode} mode
 * @param {number} bits
 */
export async function firstSight({ quick }, bits) {
  // A cache smaller than the number of tokens, which come in turn: each is new again by the time that it comes back.
  const strategyAlone = await inIsolation({ bits, cacheSize: 50 });
  // Another application for the guard: with one cache between them, the one would know what the other has seen.
  const wholeGuard = await inIsolation({ bits, cacheSize: 50 });
  const tokens = await validTokens(bits, quick ? 200 : 400);
  const iterations = quick ? 50 : 150;
  const peers = {
    'passport-jwt (PEM string)': await docsPassport({ bits }),
    '@nestjs/jwt (PEM string)': await docsJwt({ bits }),
    'fast-jwt without its cache': await fastJwt({ bits, cached: false }),
    'jose, awaited': await jose({ bits }),
    'aws-jwt-verify': await awsJwtVerify({ bits }),
  };
  /** @type {Record<string, import('../../timing.mjs').Body>} */
  const bodies = {
    [LIMIT]: bareVerify(tokens, bits, iterations),
    [`${LIMIT}, again`]: bareVerify(tokens, bits, iterations),
    'nestjs-scaleway-auth: verifySync()': bodyOf(strategyAlone.check, tokens, iterations),
    [OURS]: bodyOf(wholeGuard.guard, tokens, iterations),
  };
  for (const [name, { check, awaited }] of Object.entries(peers))
    bodies[name] = bodyOf(check, tokens, iterations, awaited);
  await mustAnswer(bodies, true);
  const alone = requestAlone(tokens, iterations * 10);

  const times = await interleaved(`first sight, RSA-${bits}`, { ...bodies, alone }, { rounds: quick ? 12 : 80 });
  await Promise.all([strategyAlone.close(), wholeGuard.close()]);
  /** @param {string} name */
  const of = (name) => /** @type {Record<string, number[]>} */ (times)[name] ?? [];
  /** @param {string} name */
  const over = (name) => ratio(name.startsWith(LIMIT) ? of(name) : difference(of(name), of('alone')), of(LIMIT));
  const rows = Object.keys(bodies).map((name) => [
    name,
    figure(median(of(name))),
    plusMinus(median(over(name)), spread(over(name))),
  ]);
  const targets = [];
  if (bits === 4096)
    targets.push(
      target({
        what: 'first sight of a token, whole guard, over bare crypto.verify',
        value: median(over(OURS)),
        limit: 1.12,
        unit: '',
        resolution: resolution(over(`${LIMIT}, again`), 1),
      }),
    );
  const columns = ['', 'µs, median', 'over bare crypto.verify'];
  const table = { title: `First sight of a token, RSA-${bits}, alone`, columns, rows };
  return { table, targets, samples: { [`first sight ${bits}`]: times } };
}

/**
 * With a ready key and ready bytes: nothing but the signature.
 *
 * @param {readonly string[]} tokens
 * @param {number} bits
 * @param {number} iterations
 */
function bareVerify(tokens, bits, iterations) {
  const key = publicKeyOf(bits);
  const parts = tokens.map(partsOf);
  let at = 0;
  const body = () => {
    const [input, signature] = /** @type {ReturnType<typeof partsOf>} */ (parts[at++ % parts.length]);
    return verify('sha256', input, key, signature);
  };
  return { body, iterations };
}
