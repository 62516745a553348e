import { isDeepStrictEqual } from 'node:util';
import { type ContainerIdentity, sameIdentity } from '../container/container-identity.js';
import type { RevocationOptions } from '../revocation/revocation-options.js';
import type { TokenRules } from './token-rules.js';

/** The settings with which an application verifies tokens. */
export interface AuthSettings {
  readonly container: ContainerIdentity;
  readonly rules: TokenRules;
  readonly revocation: RevocationOptions;
}

/** Whether two settings give the same verdicts, apart from revocations that each keeps in memory. */
export function sameSettings(one: AuthSettings, other: AuthSettings): boolean {
  return (
    sameIdentity(one.container, other.container) &&
    isDeepStrictEqual(one.rules, other.rules) &&
    sameMembers(one.revocation, other.revocation)
  );
}

/** Whether two settings give the same verdicts, including revocations. */
export function shareDenyList(one: AuthSettings, other: AuthSettings): boolean {
  return sameSettings(one, other) && one.revocation.store !== undefined;
}

/** Compared by identity: a store is a connection, and two connections may lead to different servers. */
function sameMembers(one: object, other: object): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => Reflect.get(one, name) === Reflect.get(other, name));
}
