import { createHash } from 'node:crypto';
import { ScalewayRevocations, ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { tokenRules } from '../../lib/module/token-rules.js';
import { applicationId, environment, foreignKey, forApplication, now, token } from '../support/issuer.js';
import { reasonOf } from '../support/verdicts.js';

const logger = { log() {}, warn() {}, error() {} };

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

  it('takes no more memory when an id is revoked again and again', async () => {
    let id = '';
    for (let i = 0; i < 1000; i++) ({ id } = await revocations.revoke({ issuedBefore: new Date(now() * 1000 - i) }));
    expect(revocations.list()).toHaveLength(1);
    const entries = Reflect.get(revocations, 'entries') as { undoing(of: string): { undoes: string[] }[] };
    expect(entries.undoing(id).flatMap(({ undoes }) => undoes)).toHaveLength(1);
  });

  it('keeps the later of two times, until it is undone', async () => {
    const old = token({ iat: now() - 100, nbf: now() - 100 });
    const { id } = await revocations.revoke({ issuedBefore: new Date() });
    const kept = await revocations.revoke({ issuedBefore: new Date('2020-01-01') });
    expect([reason(old), kept.before]).toEqual(['revoked', revocations.list()[0]!.before]);
    await revocations.undo(id);
    expect(reason(old)).toBeUndefined();
  });

  it('forgets entries whose tokens ended more than a day ago', async () => {
    await revocations.revoke({ tokenId: 'over', expiresAt: new Date(Date.now() - 25 * 3_600_000) });
    await revocations.revoke({ tokenId: 'for good' });
    await revocations.revoke({ tokenId: 'later', expiresAt: new Date(Date.now() - 23 * 3_600_000) });
    expect(revocations.list().map(({ id }) => id)).toEqual(['jti:for good', 'jti:later']);
  });

  it('is never weakened by revoking again', async () => {
    await revocations.revoke({ tokenId: 'a' });
    expect(await revocations.revoke({ tokenId: 'a', expiresAt: new Date() })).toEqual({ id: 'jti:a' });
    const later = new Date(Date.now() + 1000);
    await revocations.revoke({ tokenId: 'b', expiresAt: later });
    expect(await revocations.revoke({ tokenId: 'b', expiresAt: new Date() })).toEqual({ id: 'jti:b', until: later.getTime() }); // prettier-ignore
    expect(await revocations.revoke({ tokenId: 'b' })).toEqual({ id: 'jti:b' });
  });

  it('takes a token as people paste it', async () => {
    const pasted = [
      (text: string) => `${text}\n`,
      (text: string) => ` \t${text} `,
      (text: string) => `"${text}"`,
      (text: string) => `'${text}'\r\n`,
      (text: string) => `Bearer ${text}`,
      (text: string) => `"bearer  ${text}"`,
      (text: string) => `X-Auth-Token: ${text}`,
      (text: string) => `Authorization: Bearer ${text}`,
      (text: string) => `${text.slice(0, 80)}\n${text.slice(80, 160)}\r\n  ${text.slice(160)}`,
    ];
    for (const paste of pasted) {
      const text = token();
      expect(reason(text)).toBeUndefined();
      await revocations.revoke({ token: paste(text) });
      expect(reason(text)).toBe('revoked');
    }
  });

  it.each([
    [{}, 'Name one of'],
    [{ tokenId: 'a', token: 'b' }, 'Name one of'],
    [{ tokenId: '' }, 'tokenId must be'],
    [{ tokenId: 7 }, 'tokenId must be'],
    [{ token: 'secret-secret' }, 'token must be a JSON Web Token'],
    [{ token: 'secret.secret.secret' }, 'token must be a JSON Web Token'],
    [{ token: 7 }, 'token must be a JSON Web Token'],
    [{ token: `${token()}=` }, 'token must be a JSON Web Token'],
    [{ token: token().replace(/.$/, '') }, 'token must be a JSON Web Token'],
    [{ token: `${token()} ${token()}` }, 'token must be a JSON Web Token'],
    [{ fingerprint: 'AB' }, 'fingerprint must be'],
    [{ issuedBefore: 'now' }, 'issuedBefore must be a valid Date'],
    [{ issuedBefore: new Date(Number.NaN) }, 'issuedBefore must be a valid Date'],
    [{ issuedBefore: new Date(), scope: 'container' }, 'scope must be'],
    [{ tokenId: 'a', expiresAt: 5 }, 'expiresAt must be a valid Date'],
    [{ tokenId: 'a', expiresAt: new Date(Date.now() / 1000) }, 'expiresAt is before the year 2000'],
    [{ issuedBefore: new Date(Date.now() / 1000) }, 'issuedBefore is before the year 2000'],
  ])('refuses %j, and does not repeat it', async (request, message) => {
    const error = await revocations.revoke(request as never).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('secret');
    expect(revocations.list()).toEqual([]);
  });
});

describe('a token that is none of this container’s', () => {
  const identity = readContainerIdentity(environment);
  const verifier = new ScalewayTokenVerifier(identity, tokenRules({}));
  const revocations = new ScalewayRevocations({}, logger, (text) => reasonOf(verifier.verifySync(text)));

  it.each([
    ['bad_signature', token({}, foreignKey)],
    ['wrong_application', token(forApplication('another'))],
    ['bad_claim', token({ application_claim: 'none' })],
  ])('is not acknowledged where the key is at hand: %s', async (why, text) => {
    await expect(revocations.revoke({ token: text })).rejects.toThrow(`lets in (${why})`);
  });

  it('can be revoked all the same when only the time is against it', async () => {
    const past = { iat: now() - 20, nbf: now() - 20, exp: now() - 10 };
    expect(await revocations.revoke({ token: token(past) })).toMatchObject({ until: past.exp * 1000 });
  });
});
