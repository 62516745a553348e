import passportJwt from 'passport-jwt';
import { publicKeyPem, environment, token } from '../support/issuer.js';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { tokenRules } from '../../lib/module/token-rules.js';
import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { attackGroups } from './attack-groups.js';
import { present } from './verifier.js';

/*
 * passport-jwt does not verify here. Where a signature is the question, a strategy that its documentation would have you
 * write must come to the same answer; elsewhere it may let through what we refuse, and never the other way round.
 */

const stock = new passportJwt.Strategy(
  {
    jwtFromRequest: passportJwt.ExtractJwt.fromHeader('x-auth-token'),
    secretOrKey: publicKeyPem,
    algorithms: ['RS256'],
    // Times are not the question, and its tolerance is another.
    ignoreExpiration: true,
    jsonWebTokenOptions: { ignoreNotBefore: true },
  },
  (payload: object, done: (error: null, user: object) => void) => done(null, payload),
);

function stockAccepts(text: string): boolean {
  let accepted = false;
  const driven = Object.assign(Object.create(stock) as typeof stock, {
    success: () => void (accepted = true),
    fail: () => {},
    error: () => {},
  });
  try {
    driven.authenticate(present(text) as never);
  } catch {
    // jsonwebtoken throws at a payload of null.
  }
  return accepted;
}

const verifier = new ScalewayTokenVerifier(readContainerIdentity(environment), tokenRules({ cacheSize: 0 }));
const ours = (text: string): string => {
  const verdict = verifier.verifySync(present(text));
  return verdict.accepted ? 'accepted' : verdict.reason;
};

/** Made when they are sent: some are about times. */
function makeCases() {
  const loot = { token: token(), keysUrl: 'http://127.0.0.1:1/keys' };
  return attackGroups.flatMap(({ title, attacks }) =>
    attacks.flatMap((attack) =>
      'send' in attack
        ? attack
            .send(loot)
            .filter((sent) => typeof sent === 'string')
            .map((sent) => ({ name: `${title}: ${attack.attack}`, sent }))
        : [],
    ),
  );
}

/** What the refusal of a signature is called, for one reason or another. */
const SIGNATURE_REASONS = new Set(['bad_signature', 'unsupported_algorithm']);

describe('a stock passport-jwt strategy', () => {
  it('accepts a genuine token, as we do', () => {
    expect([stockAccepts(token()), ours(token())]).toEqual([true, 'accepted']);
  });
  it('agrees on every signature and algorithm of the attack table', () => {
    const judged = makeCases().map(({ name, sent }) => ({ name, reason: ours(sent), stock: stockAccepts(sent) }));
    const aboutSignatures = judged.filter(({ reason }) => SIGNATURE_REASONS.has(reason));
    expect(aboutSignatures.length).toBeGreaterThan(100);
    expect(aboutSignatures.filter((each) => each.stock)).toEqual([]);
    expect(judged.filter(({ reason, stock: accepts }) => reason === 'accepted' && !accepts)).toEqual([]);
  });
});
