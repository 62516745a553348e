import { checker as fastJwt } from '../../contestants/fast-jwt.mjs';
import { inIsolation } from '../../contestants/scaleway-auth.mjs';
import { figure, plusMinus } from '../../../scripts/tooling/format.mjs';
import { difference, median, resolution, spread } from '../../../scripts/tooling/statistics.mjs';
import { target } from '../../targets.mjs';
import { interleaved } from '../../timing.mjs';
import { validTokens } from '../../../scripts/tooling/tokens.mjs';
import { bodyOf, mustAnswer, requestAlone } from './bodies.mjs';

const BITS = 4096;
const KNOWN = [1, 1000];
const REVOKED = 1000;
const OURS = 'nestjs-scaleway-auth: whole guard';
const WITH_REVOKED = `${OURS}, 1,000 other tokens revoked`;

/**
 * A token that was seen before: what nearly every request brings.
 *
 * @param {import('../../measure.mjs').Mode} mode
 */
export async function lookups({ quick }) {
  const ours = await inIsolation({ bits: BITS });
  const revoking = await inIsolation({ bits: BITS, revoked: REVOKED });
  const fast = await fastJwt({ bits: BITS, cached: true });
  const tokens = await validTokens(BITS, Math.max(...KNOWN));
  /** @type {Record<string, Record<string, number[]>>} */
  const samples = {};
  const rows = [];
  const targets = [];

  for (const known of KNOWN) {
    const seen = tokens.slice(0, known);
    const iterations = quick ? 2000 : 5000;
    /** @type {Record<string, import('../../timing.mjs').Body>} */
    const bodies = {
      'the request alone': requestAlone(seen, iterations),
      'the request alone, again': requestAlone(seen, iterations),
      'nestjs-scaleway-auth: verifySync()': bodyOf(ours.check, seen, iterations),
      [OURS]: bodyOf(ours.guard, seen, iterations),
      [WITH_REVOKED]: bodyOf(revoking.guard, seen, iterations),
      'fast-jwt with its cache': bodyOf(fast.check, seen, iterations),
      'limit: Map by 12 characters, then ===': bodyOf(mapOf(seen), seen, iterations),
    };
    await mustAnswer(bodies, true);
    // Each has seen each token before its time is taken.
    const warmUp = Math.ceil(known / iterations) + 3;
    const times = await interleaved(`seen before, ${known} tokens`, bodies, { rounds: quick ? 15 : 80, warmUp });
    /** @param {string} name */
    const of = (name) => times[name] ?? [];
    const alone = of('the request alone');
    const resolved = resolution(difference(of('the request alone, again'), alone));
    for (const name of Object.keys(bodies).slice(1)) {
      const net = difference(of(name), alone);
      rows.push([`${name}, ${known} ${known === 1 ? 'token' : 'tokens'}`, plusMinus(median(net), spread(net))]);
    }
    rows.push([`(making the request, subtracted above)`, figure(median(alone))]);
    samples[`lookups ${known}`] = times;
    targets.push(
      target({
        what: `lookup of a token seen before, one of ${known}`,
        value: median(difference(of('nestjs-scaleway-auth: verifySync()'), alone)),
        limit: 0.5,
        unit: 'µs',
        resolution: resolved,
      }),
      target({
        what: `added by a deny list of ${REVOKED.toLocaleString('en')} entries, one of ${known}`,
        value: median(difference(of(WITH_REVOKED), of(OURS))),
        limit: 1,
        unit: 'µs',
        resolution: resolved,
      }),
    );
  }
  await Promise.all([ours.close(), revoking.close()]);
  const table = { title: 'A token seen before (RSA-4096), alone', columns: ['', 'µs, median ± spread'], rows };
  return { table, targets, samples };
}

/**
 * The least that finding a whole token costs: no times, no claims, no headers.
 *
 * @param {readonly string[]} tokens
 */
function mapOf(tokens) {
  const known = new Map(tokens.map((token) => [token.slice(-12), token]));
  /** @param {import('../../requests.mjs').MeasuredRequest} request */
  return ({ headers }) => {
    const token = headers['x-auth-token'] ?? '';
    return known.get(token.slice(-12)) === token;
  };
}
