import { ScalewayJwtStrategy } from 'nestjs-scaleway-auth';
import { createScalewayTestIssuer } from 'nestjs-scaleway-auth/testing';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { tokenRules } from '../../lib/module/token-rules.js';

const issuer = createScalewayTestIssuer();
const strategy = new ScalewayJwtStrategy(readContainerIdentity(issuer.environment), tokenRules({}));
const check = (token: string) => strategy.check({ headers: { 'x-auth-token': token } });

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
    expect(check(issuer[kind]()).refusal?.reason).toBe(reason);
  });

  it('replaces single claims', () => {
    const { claims } = check(issuer.token({ jti: 'mine', custom: [1] }));
    expect([claims?.tokenId, claims?.payload['custom'], claims?.namespaceId]).toEqual([
      'mine',
      [1],
      issuer.namespaceId,
    ]);
  });

  it('plays a container of its own each time', () => {
    expect(check(createScalewayTestIssuer().token()).refusal?.reason).toBe('wrong_namespace');
  });
});
