import { Refusal } from '../refusal/refusal.js';
import type { ScwTokenClaims } from './scw-token-claims.js';
import type { RequestHeaders } from '../request/token-extractor.js';
import type { PassportStrategy } from '../passport/passport-jwt.js';

/** How one request ended: with claims, or with a refusal. */
export interface Verdict {
  readonly claims?: ScwTokenClaims | undefined;
  readonly refusal?: Refusal | undefined;
  /** The name of the header that decided, in lower case. */
  readonly header?: string | undefined;
  /** What was thrown, when the refusal's reason is `unexpected`. */
  readonly thrown?: unknown;
}

/** One request's run of the strategy. */
export interface Attempt extends PassportStrategy {
  header?: string | undefined;
  pending?: Promise<void>;
  claims?: ScwTokenClaims;
  refusal?: Refusal;
  thrown?: unknown;
}

/** What passport-jwt calls at its end. */
export const OUTCOMES = {
  success(this: Attempt, claims: ScwTokenClaims) {
    this.claims = claims;
  },
  fail(this: Attempt, why: unknown) {
    // What is not our own refusal is jsonwebtoken's; all that is left for it to refuse is the signature.
    this.refusal = why instanceof Refusal ? why : new Refusal('bad_signature', this.header);
  },
  error(this: Attempt, error: unknown) {
    unforeseen.call(this);
    this.thrown = error;
  },
  pass: unforeseen,
  redirect: unforeseen,
};

/** Runs a strategy that has these outcomes for one request, on an object of its own; never throws. */
export function attempted(driven: object, request: RequestHeaders): Attempt {
  const attempt = Object.create(driven) as Attempt;
  try {
    attempt.authenticate(request);
  } catch (error) {
    attempt.error(error);
  }
  return attempt;
}

/** What came of it; whatever came to no end is refused. */
export function concluded(attempt: Attempt): Verdict {
  if (attempt.claims === undefined && attempt.refusal === undefined) attempt.pass();
  return attempt;
}

/** Endings that Passport has, and this strategy never comes to. */
function unforeseen(this: Attempt): void {
  this.refusal = new Refusal('unexpected', this.header);
}
