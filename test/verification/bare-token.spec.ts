import { randomUUID } from 'node:crypto';
import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { tokenRules } from '../../lib/module/token-rules.js';
import { environment, foreignKey, forNamespace, token } from '../support/issuer.js';
import { claimsOf } from '../support/verdicts.js';

const verifier = new ScalewayTokenVerifier(
  readContainerIdentity(environment),
  tokenRules({ maxTokenLength: 2 * token().length, headers: ['Authorization'] }),
);

describe('a token that is handed over as text', () => {
  it('is accepted, with or without blanks around it', () => {
    for (const text of [token(), ` ${token()}\t`]) {
      const verdict = verifier.verifySync(text);
      expect(claimsOf(verdict)?.scope).toBe('namespace');
      expect(verdict.header).toBeUndefined();
    }
  });
  it.each<[string, string, string]>([
    ['nothing', '', 'no_token'],
    ['blanks', ' \t ', 'no_token'],
    ['too much', 'a'.repeat(2001), 'too_long'],
    ['an IAM key', randomUUID(), 'iam_key'],
    ['rubbish', 'rubbish', 'malformed'],
    ['Bearer and a token', `Bearer ${token()}`, 'malformed'],
    ['a token with a newline', `${token()}\n`, 'malformed'],
    ['two tokens', `${token()}, ${token()}`, 'too_long'],
    ['a forged token', token({}, foreignKey), 'bad_signature'],
    ["another namespace's token", token(forNamespace('other')), 'wrong_namespace'],
  ])('is refused when it is %s', async (_name, text, reason) => {
    expect(verifier.verifySync(text)).toMatchObject({ accepted: false, reason });
    expect(await verifier.verify(text)).toMatchObject({ accepted: false, reason });
  });
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['no headers', {}],
    [
      'headers that throw',
      {
        get headers() {
          throw new Error('away');
        },
      },
    ],
  ])('is refused, not thrown, when it is %s', async (_name, odd) => {
    expect(verifier.verifySync(odd as never)).toMatchObject({ accepted: false, reason: 'unexpected' });
    expect(await verifier.verify(odd as never)).toMatchObject({ accepted: false, reason: 'unexpected' });
  });
});
