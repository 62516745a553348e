import { isDeepStrictEqual } from 'node:util';
import { type ContainerIdentity, sameIdentity } from '../container/container-identity.js';
import type { RevocationOptions } from '../revocation/revocation-options.js';
import type { TokenRules } from './token-rules.js';

/** What one application verifies tokens with. */
export interface AuthSettings {
  readonly container: ContainerIdentity;
  readonly rules: TokenRules;
  readonly revocation: RevocationOptions;
}

/** Whether two sets of settings come to the same verdicts, but for what each has revoked in its own process. */
export function sameSettings(one: AuthSettings, other: AuthSettings): boolean {
  return (
    sameIdentity(one.container, other.container) &&
    isDeepStrictEqual(one.rules, other.rules) &&
    sameMembers(one.revocation, other.revocation)
  );
}

/** Whether two applications come to the same verdicts, revocations included. */
export function shareDenyList(one: AuthSettings, other: AuthSettings): boolean {
  return sameSettings(one, other) && one.revocation.store !== undefined;
}

/** By identity: a store is a connection, and two of them need not lead to the same place. */
function sameMembers(one: object, other: object): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => Reflect.get(one, name) === Reflect.get(other, name));
}
