import type { Attack, AttackGroup, Loot, Play } from './attack.js';
import { rules, rulesNamed } from './rules.js';

/** A stand-in that serves to count requests. */
const NO_LOOT: Loot = { token: '', keysUrl: '' };

const requestsOf = (attack: Attack | Play, loot: Loot): number => ('play' in attack ? 1 : attack.send(loot).length);

const advisoriesIn = (source: string): string[] => source.match(/(?:CVE-\d{4}|GHSA(?:-\w{4}){2})-\w+/g) ?? [];

/** The text of docs/security.md, from the rows that attack-table.spec.ts runs. */
export function securityPage(groups: readonly AttackGroup[], loot = NO_LOOT): string {
  const attacks = groups.flatMap((group) => group.attacks);
  const requests = attacks.reduce((sum, attack) => sum + requestsOf(attack, loot), 0);
  const advisories = new Set(attacks.flatMap(({ source }) => advisoriesIn(source)));

  return `# Security: what was tried, and what was answered

<!-- Written by \`npm run test:security -- --write\`; a test fails when it differs from what the tests do. -->

${attacks.length} attacks in ${requests} requests, each over HTTP on Express and on Fastify, with the cache of verified tokens (the
default) and without: ${requests * 4} requests and their answers, by \`npm run test:security\`. ${advisories.size} published vulnerabilities of
other libraries are among them. passport-jwt itself has none that is published.

The last column of the tables is the number of requests: one attack is tried in several spellings, which all get that
one answer. An answer is the status and the reason code, as in the [list of reasons](troubleshooting.md); a bare status is an answer of
Node or of the HTTP platform, before any guard. Of every refusal the tests also check that its body, its
\`WWW-Authenticate\` header and the log hold no part of the token, no key, and no id of this container.

Beside these tables, the same command runs

- properties, by fast-check: for any claims the verdict equals a specification of the rule that was written
  independently; for any bytes in any accepted header the answer is 401 or 403 (400 or 431 where Node answers), at once,
  and tells nothing; no change of a valid token is let in. Every single bit of a token is flipped;
- the vectors of [Project Wycheproof](https://github.com/C2SP/wycheproof) for RSA signatures with SHA-256, 2048, 3072 and
  4096 bits, on the function in which the verification ends; and its JSON Web Signatures with RSA keys, on passport-jwt as
  the strategy drives it.

\`npm run fuzz\` looks for more, guided by coverage: see [fuzz](../test/fuzz/README.md).

${groups.map(table).join('\n\n')}

## Rule by rule

${Object.keys(rules)
  .map((rfc) => ruleTable(rfc, attacks))
  .join('\n\n')}

## Published vulnerabilities

| Id | Attacks |
| --- | --- |
${[...advisories]
  .toSorted()
  .map((id) => `| ${id} | ${list(attacks.filter(({ source }) => source.includes(id)))} |`)
  .join('\n')}
`;

  function table({ title, about, attacks: rows }: AttackGroup): string {
    const lines = rows.map(
      (attack) => `| ${attack.attack} | ${attack.source} | ${attack.answer} | ${requestsOf(attack, loot)} |`,
    );
    return [
      `## ${title}\n`,
      `${about}\n`,
      '| Attack | Source | Answer | |',
      '| --- | --- | --- | --: |',
      ...lines,
    ].join('\n');
  }
}

function ruleTable(rfc: string, attacks: readonly (Attack | Play)[]): string {
  const lines = rules[rfc]!.map(({ section, rule, instead }) => {
    const naming = attacks.filter(({ source }) =>
      rulesNamed(source).some((named) => named.rfc === rfc && named.section === section),
    );
    return `| §${section} ${rule} | ${naming.length > 0 ? list(naming) : `None: ${instead}`} |`;
  });
  return [`### ${rfc}\n`, '| Rule | Attacks |', '| --- | --- |', ...lines].join('\n');
}

const list = (attacks: readonly { readonly attack: string }[]) => attacks.map(({ attack }) => attack).join('; ');
