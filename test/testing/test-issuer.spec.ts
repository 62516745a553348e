import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { createScalewayTestIssuer } from 'nestjs-scaleway-auth/testing';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { tokenRules } from '../../lib/module/token-rules.js';
import { claimsOf, reasonOf } from '../support/verdicts.js';

const issuer = createScalewayTestIssuer();
const verifier = new ScalewayTokenVerifier(readContainerIdentity(issuer.environment), tokenRules({}));
const check = (token: string) => verifier.verifySync({ headers: { 'x-auth-token': token } });

describe('the test issuer', () => {
  it.each([
    ['token', undefined],
    ['applicationToken', undefined],
    ['withoutExpiry', undefined],
    ['expired', 'expired'],
    ['notYetValid', 'not_yet_valid'],
    ['forOtherContainer', 'wrong_application'],
    ['forOtherNamespace', 'wrong_namespace'],
    ['forged', 'bad_signature'],
    ['unsigned', 'unsupported_algorithm'],
    ['fromOtherIssuer', 'wrong_issuer'],
    ['forOtherAudience', 'wrong_audience'],
    ['withoutApplicationClaim', 'bad_claim'],
    ['malformed', 'malformed'],
  ] as const)('makes what its method %s says: %s', (kind, reason) => {
    expect(reasonOf(check(issuer[kind]()))).toBe(reason);
  });

  it('replaces single claims', () => {
    const claims = claimsOf(check(issuer.token({ jti: 'mine', custom: [1] })));
    expect([claims?.tokenId, claims?.payload['custom'], claims?.namespaceId]).toEqual([
      'mine',
      [1],
      issuer.namespaceId,
    ]);
  });

  it('plays a container of its own each time', () => {
    expect(reasonOf(check(createScalewayTestIssuer().token()))).toBe('wrong_namespace');
  });
});
