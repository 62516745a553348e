import { checker as awsJwtVerify } from '../../contestants/aws-jwt-verify.mjs';
import { checker as docsJwt } from '../../contestants/docs-jwt.mjs';
import { checker as docsPassport } from '../../contestants/docs-passport.mjs';
import { checker as fastJwt } from '../../contestants/fast-jwt.mjs';
import { checker as jose } from '../../contestants/jose.mjs';
import { inIsolation } from '../../contestants/scaleway-auth.mjs';
import { plusMinus } from '../../harness/format.mjs';
import { difference, median, resolution, spread } from '../../harness/statistics.mjs';
import { target } from '../../harness/targets.mjs';
import { interleaved } from '../../harness/timing.mjs';
import { refusedTokens } from '../../subject/tokens.mjs';
import { accepted, bodyOf, mustAnswer, requestAlone } from './bodies.mjs';

const BITS = 2048;
const LIMITS = { 'no token': 1, garbage: 1.5, 'alg none': 2, HS256: 2, expired: 4 };

/** What is refused for what can be read in it: the verdict alone, without an exception, a log or a reply. */
export async function refusals({ quick }) {
  const { verifier, close } = await inIsolation({ bits: BITS });
  const checkers = {
    'nestjs-scaleway-auth: verifySync()': { check: (request) => accepted(verifier.verifySync(request)) },
    'passport-jwt (PEM string)': await docsPassport({ bits: BITS }),
    '@nestjs/jwt': await docsJwt({ bits: BITS }),
    'fast-jwt': await fastJwt({ bits: BITS, cached: false }),
    jose: await jose({ bits: BITS }),
    'aws-jwt-verify': await awsJwtVerify({ bits: BITS }),
  };
  const ours = 'nestjs-scaleway-auth: verifySync()';
  const kinds = refusedTokens(BITS);
  const cells = Object.fromEntries(Object.keys(checkers).map((name) => [name, [name]]));
  const samples = {};
  const targets = [];

  for (const [kind, token] of Object.entries(kinds)) {
    const iterations = quick ? 300 : 1000;
    const bodies = Object.fromEntries(
      Object.entries(checkers).map(([name, { check, awaited }]) => [name, bodyOf(check, [token], iterations, awaited)]),
    );
    await mustAnswer(bodies, false);
    bodies.alone = requestAlone([token], iterations * 4);
    bodies.again = requestAlone([token], iterations * 4);
    bodies[ours].iterations = iterations * 4;
    const times = await interleaved(`refusing: ${kind}`, bodies, { rounds: quick ? 12 : 60, warmUp: 6 });
    for (const name of Object.keys(checkers)) {
      const net = difference(times[name], times.alone);
      cells[name].push(plusMinus(median(net), spread(net)));
    }
    targets.push(
      target({
        what: `verdict on ${kind}`,
        value: median(difference(times[ours], times.alone)),
        limit: LIMITS[kind],
        unit: 'µs',
        resolution: resolution(difference(times.again, times.alone)),
      }),
    );
    samples[`refusal ${kind}`] = times;
  }
  await close();
  const columns = ['µs, median ± spread', ...Object.keys(kinds)];
  return { table: { title: 'Refusals (RSA-2048), alone', columns, rows: Object.values(cells) }, targets, samples };
}
