import { setTimeout as pause } from 'node:timers/promises';
import { type Refusal, ScalewayJwtStrategy, type Verdict } from 'nestjs-scaleway-auth';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { tokenRules } from '../../lib/module/token-rules.js';
import type { ScwRefusalReason } from '../../lib/refusal/refusal-reasons.js';
import {
  environment,
  foreignKey,
  forApplication,
  forNamespace,
  jws,
  now,
  scalewayClaims,
  token,
} from '../support/issuer.js';

type Revocations = { refuse(): ScwRefusalReason | undefined };

const strategyOf = (revocations?: Revocations, env: object = environment): ScalewayJwtStrategy =>
  new ScalewayJwtStrategy(readContainerIdentity(env), tokenRules({}), revocations);

const request = (text: string) => ({ headers: { 'x-auth-token': Buffer.from(text).toString('latin1') } });
const forged = () => token({}, foreignKey);

/** A strategy to which a forged token has just come. */
function flooded(...args: Parameters<typeof strategyOf>): ScalewayJwtStrategy {
  const strategy = strategyOf(...args);
  expect(strategy.check(request(forged())).refusal?.reason).toBe('bad_signature');
  return strategy;
}

function later(verdict: Verdict | Promise<Verdict>): Promise<Verdict> {
  expect(verdict).toBeInstanceOf(Promise);
  return verdict as Promise<Verdict>;
}

describe('ScalewayJwtStrategy.decide', () => {
  it('answers at once while no forged token comes in', () => {
    const strategy = strategyOf();
    expect(strategy.decide(request(token()))).toMatchObject({ claims: { scope: 'namespace' } });
    expect(strategy.decide(request(token(forNamespace('other'))))).toMatchObject({
      refusal: { reason: 'wrong_namespace' },
    });
  });

  it('answers later about a token that it does not know, for a second after a forged one', async () => {
    const strategy = strategyOf();
    expect(strategy.decide(request(forged()))).toMatchObject({ refusal: { reason: 'bad_signature' } });
    expect((await later(strategy.decide(request(token())))).claims?.scope).toBe('namespace');
    await pause(600);
    // That one was found out beside, and counts as the first did.
    expect((await later(strategy.decide(request(forged())))).refusal?.reason).toBe('bad_signature');
    await pause(600);
    expect((await later(strategy.decide(request(token())))).claims?.scope).toBe('namespace');
    await pause(1100);
    expect(strategy.decide(request(token()))).not.toBeInstanceOf(Promise);
  });

  it('answers at once about a token that it knows, and about one that needs no signature to be refused', async () => {
    const strategy = flooded();
    const text = token();
    const { claims } = await later(strategy.decide(request(text)));
    expect(strategy.decide(request(text))).toMatchObject({ claims });
    expect(strategy.decide(request('rubbish'))).toMatchObject({ refusal: { reason: 'malformed' } });
    expect(strategy.decide(request(token({ exp: now() })))).toMatchObject({ refusal: { reason: 'expired' } });
    expect(strategy.decide(request(token({ iat: 'now' })))).toMatchObject({ refusal: { reason: 'bad_claim' } });
    expect(strategy.decide({ headers: {} })).toMatchObject({ refusal: { reason: 'no_token' } });
  });

  it('says later what it would have said at once', async () => {
    const strategy = flooded();
    const said = ({ claims, refusal }: Verdict) => refusal ?? (claims!.payload as unknown as Refusal);
    const texts = [
      token(),
      token(forApplication(environment.SCW_APPLICATION_ID)),
      token(forApplication('other')),
      token(forNamespace('other')),
      token({ application_claim: [] }),
      token({ exp: undefined }),
      token({}, foreignKey),
      jws({ alg: 'RS256', typ: 'JWT', kid: 'any' }, scalewayClaims()),
      // Signatures that are too short, and too long.
      ...[8, 600].map((length) => token().replace(/[^.]+$/, Buffer.alloc(length, 1).toString('base64url'))),
    ];
    for (const text of texts)
      expect(said(await later(strategy.decide(request(text))))).toEqual(said(strategyOf().check(request(text))));
  });

  it('keeps the verdicts of requests apart that are decided at the same time', async () => {
    const strategy = flooded();
    const ids = Array.from({ length: 60 }, (_, i) => `id-${i}`);
    const verdicts = ids.map((jti, i) =>
      later(strategy.decide(request(token({ jti }, i % 3 === 0 ? foreignKey : undefined)))),
    );
    const got = (await Promise.all(verdicts)).map(({ claims, refusal }) => claims?.tokenId ?? refusal?.reason);
    expect(got).toEqual(ids.map((id, i) => (i % 3 === 0 ? 'bad_signature' : id)));
  });

  it('asks the deny list when the signature is known, not before', async () => {
    let revoked = false;
    const strategy = flooded({ refuse: () => (revoked ? 'revoked' : undefined) });
    const verdict = later(strategy.decide(request(token({ jti: 'the one' }))));
    revoked = true;
    expect((await verdict).refusal).toMatchObject({ reason: 'revoked', tokenId: 'the one' });
  });

  it('refuses whatever goes wrong, and never rejects', async () => {
    const thrown = new Error('unforeseen');
    const strategy = flooded({
      refuse: () => {
        throw thrown;
      },
    });
    expect(await later(strategy.decide(request(token())))).toMatchObject({ refusal: { reason: 'unexpected' }, thrown });
  });

  it('lets nobody in on a public container', () => {
    const strategy = strategyOf(undefined, { SCW_PUBLIC: 'true' });
    for (let i = 0; i < 2; i++)
      expect(strategy.decide(request(token()))).toMatchObject({ refusal: { reason: 'bad_signature' } });
  });
});
