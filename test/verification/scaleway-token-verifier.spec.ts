import { jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { ScalewayTokenVerifier, type Verdict } from 'nestjs-scaleway-auth';
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
import { claimsOf, reasonOf } from '../support/verdicts.js';

type Revocations = { check(): ScwRefusalReason | undefined };

const verifierOf = (revocations?: Revocations, env: object = environment): ScalewayTokenVerifier =>
  new ScalewayTokenVerifier(readContainerIdentity(env), tokenRules({}), revocations);

const request = (text: string) => ({ headers: { 'x-auth-token': Buffer.from(text).toString('latin1') } });
const forged = () => token({}, foreignKey);

/** A verifier to which a forged token has just come. */
function flooded(...args: Parameters<typeof verifierOf>): ScalewayTokenVerifier {
  const verifier = verifierOf(...args);
  expect(reasonOf(verifier.verifySync(request(forged())))).toBe('bad_signature');
  return verifier;
}

function later(verdict: Verdict | Promise<Verdict>): Promise<Verdict> {
  expect(verdict).toBeInstanceOf(Promise);
  return verdict as Promise<Verdict>;
}

describe('ScalewayTokenVerifier.verify', () => {
  it('answers at once while no forged token comes in', () => {
    const verifier = verifierOf();
    expect(verifier.verify(request(token()))).toMatchObject({ claims: { scope: 'namespace' } });
    expect(verifier.verify(request(token(forNamespace('other'))))).toMatchObject({ reason: 'wrong_namespace' });
  });

  it('answers later about a token that it does not know, for a second after a forged one', async () => {
    const verifier = verifierOf();
    expect(verifier.verify(request(forged()))).toMatchObject({ reason: 'bad_signature' });
    expect(claimsOf(await later(verifier.verify(request(token()))))?.scope).toBe('namespace');
    await pause(600);
    // That one was found out beside, and counts as the first did.
    expect(reasonOf(await later(verifier.verify(request(forged()))))).toBe('bad_signature');
    await pause(600);
    expect(claimsOf(await later(verifier.verify(request(token()))))?.scope).toBe('namespace');
    await pause(1100);
    expect(verifier.verify(request(token()))).not.toBeInstanceOf(Promise);
  });

  it('answers at once about a token that it knows, and about one that needs no signature to be refused', async () => {
    const verifier = flooded();
    const text = token();
    const claims = claimsOf(await later(verifier.verify(request(text))));
    expect(verifier.verify(request(text))).toMatchObject({ claims });
    expect(verifier.verify(request('rubbish'))).toMatchObject({ reason: 'malformed' });
    expect(verifier.verify(request(token({ exp: now() })))).toMatchObject({ reason: 'expired' });
    expect(verifier.verify(request(token({ iat: 'now' })))).toMatchObject({ reason: 'bad_claim' });
    expect(verifier.verify({ headers: {} })).toMatchObject({ reason: 'no_token' });
  });

  it('says later what it would have said at once', async () => {
    const verifier = flooded();
    const said = (verdict: Verdict) => (verdict.accepted ? verdict.claims.payload : verdict);
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
      expect(said(await later(verifier.verify(request(text))))).toEqual(said(verifierOf().verifySync(request(text))));
  });

  it('keeps the verdicts of requests apart that are decided at the same time', async () => {
    const verifier = flooded();
    const ids = Array.from({ length: 60 }, (_, i) => `id-${i}`);
    const verdicts = ids.map((jti, i) =>
      later(verifier.verify(request(token({ jti }, i % 3 === 0 ? foreignKey : undefined)))),
    );
    const got = (await Promise.all(verdicts)).map((verdict) => claimsOf(verdict)?.tokenId ?? reasonOf(verdict));
    expect(got).toEqual(ids.map((id, i) => (i % 3 === 0 ? 'bad_signature' : id)));
  });

  it('asks the deny list when the signature is known, not before', async () => {
    let revoked = false;
    const verifier = flooded({ check: () => (revoked ? 'revoked' : undefined) });
    const verdict = later(verifier.verify(request(token({ jti: 'the one' }))));
    revoked = true;
    expect(await verdict).toMatchObject({ reason: 'revoked', tokenId: 'the one' });
  });

  it('asks the times again after the wait', async () => {
    const verifier = flooded();
    const ending = token({ exp: now() + 5 });
    const verdict = later(verifier.verify(request(ending)));
    jest.spyOn(Date, 'now').mockReturnValue((now() + 5) * 1000);
    expect(await verdict).toMatchObject({ accepted: false, reason: 'expired' });
    jest.restoreAllMocks();
  });

  it('verifies a genuine token once, whatever its verdict', async () => {
    const revoked = { check: () => 'revoked' as const };
    for (const [verifier, text, reason] of [
      [flooded(), token(forApplication('other')), 'wrong_application'],
      [flooded(), token(forNamespace('other')), 'wrong_namespace'],
      [flooded(), token({ iss: 'SOMEBODY' }), 'wrong_issuer'],
      [flooded(), token({ application_claim: [] }), 'bad_claim'],
      [flooded(revoked), token(), 'revoked'],
    ] as const) {
      const first = await later(verifier.verify(request(text)));
      // What comes at once needed no signature.
      const second = verifier.verify(request(text));
      expect([first, second]).toEqual([second, expect.objectContaining({ accepted: false, reason })]);
    }
  });

  it('verifies a forged token each time', async () => {
    const verifier = flooded();
    const text = forged();
    for (let i = 0; i < 3; i++) expect(reasonOf(await later(verifier.verify(request(text))))).toBe('bad_signature');
  });

  it('takes any number at once, and decides each', async () => {
    const verifier = flooded();
    const [good, bad] = [token(), forged()];
    // More than wait for the thread pool: the rest is verified here.
    const verdicts = Array.from({ length: 1100 }, (_, i) => later(verifier.verify(request(i === 700 ? good : bad))));
    const reasons = (await Promise.all(verdicts)).map((verdict) => reasonOf(verdict));
    expect(reasons.indexOf(undefined)).toBe(700);
    expect(reasons.filter((reason) => reason === 'bad_signature')).toHaveLength(1099);
    expect(reasonOf(await later(verifier.verify(request(bad))))).toBe('bad_signature');
  });

  it('refuses whatever goes wrong, and never rejects', async () => {
    const thrown = new Error('unforeseen');
    const verifier = flooded({
      check: () => {
        throw thrown;
      },
    });
    expect(await later(verifier.verify(request(token())))).toMatchObject({ reason: 'unexpected', error: thrown });
  });

  it('lets nobody in on a public container', () => {
    const verifier = verifierOf(undefined, { SCW_PUBLIC: 'true' });
    for (let i = 0; i < 2; i++)
      expect(verifier.verify(request(token()))).toMatchObject({ accepted: false, reason: 'public_container' });
  });
});
