import { checker as awsJwtVerify } from '../../contestants/aws-jwt-verify.mjs';
import { checker as docsJwt } from '../../contestants/docs-jwt.mjs';
import { checker as docsPassport } from '../../contestants/docs-passport.mjs';
import { checker as fastJwt } from '../../contestants/fast-jwt.mjs';
import { checker as jose } from '../../contestants/jose.mjs';
import { inIsolation } from '../../contestants/scaleway-auth.mjs';
import { plusMinus } from '../../../scripts/tooling/format.mjs';
import { difference, median, resolution, spread } from '../../../scripts/tooling/statistics.mjs';
import { target } from '../../targets.mjs';
import { eachOf, interleaved } from '../../timing.mjs';
import { refusedTokens } from '../../../scripts/tooling/tokens.mjs';
import { bodyOf, mustAnswer, requestAlone } from './bodies.mjs';

const BITS = 2048;
const OURS = 'nestjs-scaleway-auth: verifySync()';
const LIMITS = { 'no token': 1, garbage: 1.5, 'alg none': 2, HS256: 2, expired: 4, "another container's": 5 };

/**
 * What is refused for what can be read in it: the verdict alone, without an exception, a log or a reply.
 *
 * @param {import('../../measure.mjs').Mode} mode
 */
export async function refusals({ quick }) {
  const ours = await inIsolation({ bits: BITS });
  /** @type {Record<string, import('../../contestants/index.mjs').Checker>} */
  const checkers = {
    [OURS]: ours,
    'passport-jwt (PEM string)': await docsPassport({ bits: BITS }),
    '@nestjs/jwt': await docsJwt({ bits: BITS }),
    'fast-jwt': await fastJwt({ bits: BITS, cached: false }),
    jose: await jose({ bits: BITS }),
    'aws-jwt-verify': await awsJwtVerify({ bits: BITS }),
  };
  const kinds = { 'no token': undefined, ...refusedTokens(BITS) };
  const cells = eachOf(Object.keys(checkers), (name) => [name]);
  /** @type {Record<string, Record<string, number[]>>} */
  const samples = {};
  const targets = [];

  for (const kind of /** @type {(keyof typeof kinds)[]} */ (Object.keys(kinds))) {
    const token = kinds[kind];
    const iterations = quick ? 300 : 1000;
    const bodies = Object.fromEntries(
      Object.entries(checkers).map(([name, { check, awaited }]) => [name, bodyOf(check, [token], iterations, awaited)]),
    );
    await mustAnswer(bodies, false);
    bodies[OURS] = bodyOf(ours.check, [token], iterations * 4);
    bodies['alone'] = requestAlone([token], iterations * 4);
    bodies['again'] = requestAlone([token], iterations * 4);
    const times = await interleaved(`refusing: ${kind}`, bodies, { rounds: quick ? 12 : 60, warmUp: 6 });
    /** @param {string} name */
    const netOf = (name) => difference(times[name] ?? [], times['alone'] ?? []);
    for (const name of Object.keys(checkers)) {
      const net = netOf(name);
      cells[name]?.push(plusMinus(median(net), spread(net)));
    }
    targets.push(
      target({
        what: `verdict on ${kind}`,
        value: median(netOf(OURS)),
        limit: LIMITS[kind],
        unit: 'µs',
        resolution: resolution(netOf('again')),
      }),
    );
    samples[`refusal ${kind}`] = times;
  }
  await ours.close();
  const columns = ['µs, median ± spread', ...Object.keys(kinds)];
  return { table: { title: 'Refusals (RSA-2048), alone', columns, rows: Object.values(cells) }, targets, samples };
}
