/** A rule of an RFC; attacks name it in their source, or `instead` says why there is nothing to attack. */
export interface Rule {
  readonly section: string;
  readonly rule: string;
  readonly instead?: string;
}

/** The rules, RFC by RFC, as the page lists them. */
export const rules: Readonly<Record<string, readonly Rule[]>> = {
  'RFC 8725': [
    { section: '3.1', rule: 'Perform algorithm verification' },
    { section: '3.2', rule: 'Use appropriate algorithms' },
    { section: '3.3', rule: 'Validate all cryptographic operations' },
    {
      section: '3.4',
      rule: 'Validate cryptographic inputs',
      instead: 'about ECDH keys; the one key is checked at boot (`test/container`)',
    },
    { section: '3.5', rule: 'Keys have sufficient entropy' },
    { section: '3.6', rule: 'Avoid compression' },
    { section: '3.7', rule: 'Use UTF-8' },
    { section: '3.8', rule: 'Validate issuer and subject' },
    { section: '3.9', rule: 'Use and validate audience' },
    { section: '3.10', rule: 'Do not trust received claims' },
    { section: '3.11', rule: 'Use explicit typing' },
    { section: '3.12', rule: 'Mutually exclusive rules for different kinds of tokens' },
  ],
  'RFC 7515': [
    { section: '2', rule: 'base64url without padding or other characters' },
    { section: '4', rule: 'Member names occur once; unknown members are ignored' },
    { section: '4.1.1', rule: '`alg`' },
    { section: '4.1.2', rule: '`jku`' },
    { section: '4.1.3', rule: '`jwk`' },
    { section: '4.1.4', rule: '`kid`' },
    { section: '4.1.5', rule: '`x5u`' },
    { section: '4.1.6', rule: '`x5c`' },
    { section: '4.1.7', rule: '`x5t`' },
    { section: '4.1.8', rule: '`x5t#S256`' },
    { section: '4.1.9', rule: '`typ`' },
    { section: '4.1.10', rule: '`cty`' },
    { section: '4.1.11', rule: '`crit`' },
    { section: '5.1', rule: 'What is signed' },
    { section: '5.2', rule: 'Validation' },
    { section: '7.1', rule: 'The compact serialization' },
    { section: '7.2', rule: 'The JSON serializations' },
  ],
  'RFC 7519': [
    { section: '2', rule: 'NumericDate' },
    { section: '4', rule: 'Claim names occur once' },
    { section: '4.1.1', rule: '`iss`' },
    {
      section: '4.1.2',
      rule: '`sub`',
      instead: "Scaleway's is a constant; nothing is decided by it",
    },
    { section: '4.1.3', rule: '`aud`' },
    { section: '4.1.4', rule: '`exp`' },
    { section: '4.1.5', rule: '`nbf`' },
    { section: '4.1.6', rule: '`iat`' },
    { section: '4.1.7', rule: '`jti`' },
    { section: '5.1', rule: '`typ`' },
    { section: '5.2', rule: '`cty`' },
    {
      section: '5.3',
      rule: 'Claims replicated in the header',
      instead: 'a rule of encrypted tokens, of which none is accepted',
    },
    { section: '6', rule: 'Unsecured tokens' },
    { section: '7.2', rule: 'Validation' },
    { section: '7.3', rule: 'Comparison of strings' },
  ],
};

/** The rules that a source names: `'RFC 8725 §3.1 and §3.2'` names two. */
export function rulesNamed(source: string): { rfc: string; section: string }[] {
  return [...source.matchAll(/(RFC \d+)((?:(?:,| and)? §[\d.]+)+)/g)].flatMap(([, rfc, sections]) =>
    [...sections!.matchAll(/§(\d+(?:\.\d+)*)/g)].map(([, section]) => ({ rfc: rfc!, section: section! })),
  );
}
