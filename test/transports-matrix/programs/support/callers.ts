import { randomUUID } from 'node:crypto';
import type { ScwTokenClaims } from 'nestjs-scaleway-auth';
import { createScalewayTestIssuer } from 'nestjs-scaleway-auth/testing';

export const issuer = createScalewayTestIssuer();
export const { environment } = issuer;

/** Somebody who calls, with a token or without, and how that must end. */
export interface Caller {
  readonly name: string;
  readonly token: string | undefined;
  /** The `jti` of a good token. */
  readonly id?: string;
  readonly ends: 'refused 401' | 'refused 403' | 'its own claims';
}

function good(name: string, make: (claims: object) => string): Caller {
  const id = randomUUID();
  return { name, token: make({ jti: id }), id, ends: 'its own claims' };
}

/** Everybody, with tokens that nobody has sent before. */
export function callers(of = issuer): Caller[] {
  return [
    { name: 'no token', token: undefined, ends: 'refused 401' },
    { name: 'forged', token: of.forged(), ends: 'refused 401' },
    { name: 'expired', token: of.expired(), ends: 'refused 401' },
    { name: "another container's", token: of.forOtherContainer(), ends: 'refused 403' },
    good("the namespace's", (claims) => of.token({ ...claims })),
    good("the container's", (claims) => of.applicationToken({ ...claims })),
  ];
}

/** What a handler answers: who called, as it was told. */
export interface Seen {
  readonly scope: string;
  readonly id: string;
}

/** How often any handler ran. */
export let runs = 0;

export function seen(claims: ScwTokenClaims | undefined): Seen {
  runs++;
  return { scope: claims?.scope ?? 'nobody', id: claims?.tokenId ?? '' };
}

/** The words for what a caller got. */
export function whoseClaims(caller: Caller, answer: Partial<Seen> | undefined): string {
  if (answer?.scope === undefined) return `an answer without claims: ${JSON.stringify(answer)}`;
  if (answer.scope === 'nobody') return 'no claims';
  return answer.id === caller.id ? 'its own claims' : "another caller's claims";
}
