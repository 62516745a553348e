import { createHash } from 'node:crypto';
import { ScalewayRevocations } from 'nestjs-scaleway-auth';
import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { tokenRules } from '../../lib/module/token-rules.js';
import { applicationId, environment, forApplication, now, token } from '../support/issuer.js';
import { reasonOf } from '../support/verdicts.js';

const logger = { log() {}, error() {} };

describe.each([0, 1000])('a revocation in memory, with a cache of %d', (cacheSize) => {
  let revocations: ScalewayRevocations;
  let verifier: ScalewayTokenVerifier;
  const reason = (text: string) => reasonOf(verifier.verifySync(text));

  beforeEach(() => {
    revocations = new ScalewayRevocations({}, logger);
    verifier = new ScalewayTokenVerifier(readContainerIdentity(environment), tokenRules({ cacheSize }), revocations);
  });

  it('counts at once, for a token that was seen before and for one that was not, until it is undone', async () => {
    const [seen, unseen, other] = [token({ jti: 'a' }), token({ jti: 'a', exp: undefined }), token({ jti: 'b' })];
    expect(reason(seen)).toBeUndefined();
    const { id } = await revocations.revoke({ tokenId: 'a' });
    expect([reason(seen), reason(unseen), reason(other)]).toEqual(['revoked', 'revoked', undefined]);
    expect(revocations.list()).toEqual([{ id: 'jti:a' }]);
    expect([await revocations.undo(id), await revocations.undo(id)]).toEqual([true, false]);
    expect([reason(seen), reason(unseen)]).toEqual([undefined, undefined]);
  });

  it('names one token by itself or by its fingerprint', async () => {
    const [one, two, three] = [token({ jti: undefined }), token(), token()];
    const { id, until } = await revocations.revoke({ token: one });
    expect(until).toBe(
      (JSON.parse(Buffer.from(one.split('.')[1]!, 'base64url').toString()) as { exp: number }).exp * 1000,
    );
    await revocations.revoke({ fingerprint: createHash('sha256').update(two).digest('hex') });
    expect([reason(one), reason(two), reason(three)]).toEqual(['revoked', 'revoked', undefined]);
    await revocations.undo(id);
    expect([reason(one), reason(two)]).toEqual([undefined, 'revoked']);
  });

  it('names all that were issued before a time, for the container or one scope', async () => {
    const old = { iat: now() - 100, nbf: now() - 100 };
    const ofNamespace = token(old);
    const ofContainer = token({ ...old, ...forApplication(applicationId) });
    const fresh = token();
    const undated = token({ iat: undefined });
    const all = () => [ofNamespace, ofContainer, fresh, undated].map(reason);

    const issuedBefore = new Date((now() - 50) * 1000);
    const { id } = await revocations.revoke({ issuedBefore, scope: 'application' });
    expect(all()).toEqual([undefined, 'revoked', undefined, undefined]);
    await revocations.undo(id);
    await revocations.revoke({ issuedBefore, scope: 'namespace' });
    expect(all()).toEqual(['revoked', undefined, undefined, 'revoked']);
    await revocations.revoke({ issuedBefore });
    expect(all()).toEqual(['revoked', 'revoked', undefined, 'revoked']);
  });

  it('keeps the later of two times, until it is undone', async () => {
    const old = token({ iat: now() - 100, nbf: now() - 100 });
    const { id } = await revocations.revoke({ issuedBefore: new Date() });
    const kept = await revocations.revoke({ issuedBefore: new Date('2020-01-01') });
    expect([reason(old), kept.before]).toEqual(['revoked', revocations.list()[0]!.before]);
    await revocations.undo(id);
    expect(reason(old)).toBeUndefined();
  });

  it('forgets entries whose tokens have ended', async () => {
    await revocations.revoke({ tokenId: 'over', expiresAt: new Date(Date.now() - 120_000) });
    await revocations.revoke({ tokenId: 'for good' });
    await revocations.revoke({ tokenId: 'later', expiresAt: new Date(Date.now() + 120_000) });
    expect(revocations.list().map(({ id }) => id)).toEqual(['jti:for good', 'jti:later']);
  });

  it.each([
    [{}, 'Name one of'],
    [{ tokenId: 'a', token: 'b' }, 'Name one of'],
    [{ tokenId: '' }, 'tokenId must be'],
    [{ tokenId: 7 }, 'tokenId must be'],
    [{ token: 'secret-secret' }, 'token must be a JSON Web Token'],
    [{ token: 'secret.secret.secret' }, 'token must be a JSON Web Token'],
    [{ fingerprint: 'AB' }, 'fingerprint must be'],
    [{ issuedBefore: 'now' }, 'issuedBefore must be a valid Date'],
    [{ issuedBefore: new Date(Number.NaN) }, 'issuedBefore must be a valid Date'],
    [{ issuedBefore: new Date(), scope: 'container' }, 'scope must be'],
    [{ tokenId: 'a', expiresAt: 5 }, 'expiresAt must be a valid Date'],
  ])('refuses %j, and does not repeat it', async (request, message) => {
    const error = await revocations.revoke(request as never).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('secret');
    expect(revocations.list()).toEqual([]);
  });
});
