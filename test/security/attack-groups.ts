import type { AttackGroup } from './attack.js';
import { algorithms } from './attacks/algorithms.js';
import { applicationClaims } from './attacks/application-claim.js';
import { claims } from './attacks/claims.js';
import { encoding } from './attacks/encoding.js';
import { headerMembers } from './attacks/header-members.js';
import { keys } from './attacks/keys.js';
import { requests } from './attacks/requests.js';
import { sequences } from './attacks/sequences.js';
import { signature } from './attacks/signature.js';
import { wireAttacks } from './attacks/wire.js';

/** All that is attacked, in the order of the page. */
export const attackGroups: readonly AttackGroup[] = [
  algorithms,
  keys,
  headerMembers,
  signature,
  encoding,
  applicationClaims,
  claims,
  requests,
  wireAttacks,
  sequences,
];
