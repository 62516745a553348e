import { isDeepStrictEqual } from 'node:util';
import { processWide } from '../container/process-wide.js';
import type { ScwTokenClaims } from '../verification/scw-token-claims.js';
import { isObject } from './call.js';

/** Where the guard leaves the claims for `@ScwClaims()`: not `req.user`, which other strategies use for people. */
const CLAIMS = Symbol.for('nestjs-scaleway-auth:claims');

/** On a slot that several calls may share. */
const SHARED = Symbol.for('nestjs-scaleway-auth:shared-slot');

/** Two calls that share a slot had different callers. */
export const AMBIGUOUS = 'ambiguous';

type Claims = ScwTokenClaims | null;

interface ClaimsSlot {
  [CLAIMS]?: Claims | typeof AMBIGUOUS;
  [SHARED]?: true;
}

/** Leaves what the guard found: the verified claims, or null where no token was sent and none is needed. */
export function keepClaims(slot: object, claims: Claims): void {
  const it = slot as ClaimsSlot;
  const before = it[CLAIMS];
  const isOther = it[SHARED] && before !== undefined && !isSameCaller(before, claims);
  it[CLAIMS] = isOther ? AMBIGUOUS : claims;
}

/** What the guard left; undefined where it did not check this call. */
export function claimsIn(slot: object | undefined): Claims | typeof AMBIGUOUS | undefined {
  return (slot as ClaimsSlot | undefined)?.[CLAIMS];
}

function isSameCaller(one: Claims | typeof AMBIGUOUS, other: Claims): boolean {
  if (one === AMBIGUOUS) return false;
  return one === other || isDeepStrictEqual(one?.payload, other?.payload);
}

interface SlotNode {
  readonly next: WeakMap<object, SlotNode>;
  readonly slot: ClaimsSlot;
}

const newNode = (): SlotNode => ({ next: new WeakMap(), slot: {} });

/** Beside a call and not on it: a message is the client's data, which the handler may compare, freeze or send on. */
const root = processWide('call-slots', newNode);

/**
 * The slot of one handler's call, which has no request of its own. The objects that a call is told by may live longer than
 * it, so the handler is part of the key: a handler that nobody guards must not find what was kept for another's call.
 *
 * @param parts what the handler was called with; whatever is no object tells nothing
 * @returns undefined when nothing tells this call from others
 */
export function callSlot(parts: readonly unknown[], handler: object): object | undefined {
  const path = parts.filter(isObject);
  return path.length === 0 ? undefined : slotBeside([...path, handler]);
}

/** The slot beside objects that, taken together, one caller's calls alone have. */
export function slotBeside(path: readonly object[]): ClaimsSlot {
  return path.reduce<SlotNode>((node, key) => {
    let next = node.next.get(key);
    if (next === undefined) node.next.set(key, (next = newNode()));
    return next;
  }, root).slot;
}

/**
 * The same for objects that several calls may share, as the context of a transport of the user's own. Once it has held two
 * callers, nobody is told who called.
 */
export function sharedCallSlot(parts: readonly unknown[], handler: object): object | undefined {
  const slot = callSlot(parts, handler) as ClaimsSlot | undefined;
  if (slot !== undefined) slot[SHARED] = true;
  return slot;
}
