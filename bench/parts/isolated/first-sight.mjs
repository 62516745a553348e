import { verify } from 'node:crypto';
import { checker as awsJwtVerify } from '../../contestants/aws-jwt-verify.mjs';
import { checker as docsJwt } from '../../contestants/docs-jwt.mjs';
import { checker as docsPassport } from '../../contestants/docs-passport.mjs';
import { checker as fastJwt } from '../../contestants/fast-jwt.mjs';
import { checker as jose } from '../../contestants/jose.mjs';
import { inIsolation } from '../../contestants/scaleway-auth.mjs';
import { figure, plusMinus } from '../../harness/format.mjs';
import { difference, median, ratio, resolution, spread } from '../../harness/statistics.mjs';
import { target } from '../../harness/targets.mjs';
import { interleaved } from '../../harness/timing.mjs';
import { publicKeyOf } from '../../subject/keys.mjs';
import { validTokens } from '../../subject/tokens.mjs';
import { accepted, bodyOf, contexts, mustAnswer, requestAlone } from './bodies.mjs';

const LIMIT = 'bare crypto.verify';
const OURS = 'nestjs-scaleway-auth: whole guard';

/** A genuine token that was not seen before, against the one step that nobody can leave out. */
export async function firstSight({ quick }, bits) {
  // A cache smaller than the number of tokens, which come in turn: each is new again by the time that it comes back.
  const verifierAlone = await inIsolation({ bits, cacheSize: 50 });
  // Another application for the guard: with one cache between them, the one would know what the other has seen.
  const wholeGuard = await inIsolation({ bits, cacheSize: 50 });
  const tokens = await validTokens(bits, quick ? 200 : 400);
  const contextOf = contexts();
  const iterations = quick ? 50 : 150;
  const peers = {
    'passport-jwt (PEM string)': await docsPassport({ bits }),
    '@nestjs/jwt (PEM string)': await docsJwt({ bits }),
    'fast-jwt without its cache': await fastJwt({ bits, cached: false }),
    'jose, awaited': await jose({ bits }),
    'aws-jwt-verify': await awsJwtVerify({ bits }),
  };
  const bodies = {
    [LIMIT]: bareVerify(tokens, bits, iterations),
    [`${LIMIT}, again`]: bareVerify(tokens, bits, iterations),
    'nestjs-scaleway-auth: verifySync()': bodyOf(
      (request) => accepted(verifierAlone.verifier.verifySync(request)),
      tokens,
      iterations,
    ),
    [OURS]: bodyOf((request) => wholeGuard.guard.canActivate(contextOf(request)), tokens, iterations),
  };
  for (const [name, { check, awaited }] of Object.entries(peers))
    bodies[name] = bodyOf(check, tokens, iterations, awaited);
  await mustAnswer(bodies, true);
  bodies.alone = requestAlone(tokens, iterations * 10);

  const times = await interleaved(`first sight, RSA-${bits}`, bodies, { rounds: quick ? 12 : 80 });
  await Promise.all([verifierAlone.close(), wholeGuard.close()]);
  const over = (name) =>
    ratio(name.startsWith(LIMIT) ? times[name] : difference(times[name], times.alone), times[LIMIT]);
  const rows = Object.keys(bodies)
    .filter((name) => name !== 'alone')
    .map((name) => [name, figure(median(times[name])), plusMinus(median(over(name)), spread(over(name)))]);
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

/** With a ready key and ready bytes: nothing but the signature. */
function bareVerify(tokens, bits, iterations) {
  const key = publicKeyOf(bits);
  const parts = tokens.map((token) => {
    const end = token.lastIndexOf('.');
    return [Buffer.from(token.slice(0, end), 'latin1'), Buffer.from(token.slice(end + 1), 'base64url')];
  });
  let at = 0;
  const body = () => {
    const [input, signature] = parts[at++ % parts.length];
    return verify('sha256', input, key, signature);
  };
  return { body, iterations };
}
