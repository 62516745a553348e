import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { token } from '../support/issuer.js';
import { attackGroups } from './attack-groups.js';
import { rules, rulesNamed } from './rules.js';
import { securityPage } from './security-page.js';

const page = new URL('../../docs/security.md', import.meta.url);
const attacks = attackGroups.flatMap((group) => group.attacks);

it('docs/security.md says what these tests do (npm run test:security -- --write writes it)', async () => {
  const text = await format(securityPage(attackGroups, { token: token(), keysUrl: 'http://localhost/keys' }), {
    ...(await resolveConfig(page)),
    parser: 'markdown',
  });
  if (process.env['WRITE_SECURITY_PAGE'] === '1') writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});

it('no two attacks have one name', () => {
  expect(new Set(attacks.map(({ attack }) => attack)).size).toBe(attacks.length);
});

describe.each(Object.entries(rules))('%s', (rfc, list) => {
  const named = new Set(
    attacks.flatMap(({ source }) => rulesNamed(source).flatMap((rule) => (rule.rfc === rfc ? [rule.section] : []))),
  );

  it.each(list)('§$section, $rule: an attack, or a reason why there is none', ({ section, instead }) => {
    expect(named.has(section)).toBe(instead === undefined);
  });
});
