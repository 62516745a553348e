import { applicationId, foreignKey, forApplication, token } from '../support/issuer.js';

/** What a caller sends as its token, and how that must end: with a scope, or with the status that HTTP would answer. */
export interface TokenCase {
  readonly name: string;
  readonly token: () => string | undefined;
  readonly ends: 'namespace' | 'application' | 401 | 403;
  readonly reason?: string;
}

/** The same for every transport. Made when a test runs, so that times are fresh. */
export const TOKEN_CASES: readonly TokenCase[] = [
  { name: 'no token', token: () => undefined, ends: 401, reason: 'no_token' },
  { name: 'a blank token', token: () => ' ', ends: 401, reason: 'no_token' },
  { name: "the namespace's token", token: () => token(), ends: 'namespace' },
  { name: "the container's token", token: () => token(forApplication(applicationId)), ends: 'application' },
  { name: 'rubbish', token: () => 'rubbish', ends: 401, reason: 'malformed' },
  { name: 'a forged token', token: () => token({}, foreignKey), ends: 401, reason: 'bad_signature' },
  { name: 'an expired token', token: () => token({ exp: 1 }), ends: 401, reason: 'expired' },
  {
    name: "another container's token",
    token: () => token(forApplication('another')),
    ends: 403,
    reason: 'wrong_application',
  },
];
