import type { ScwRefusalReason } from './refusal-reasons.js';

/** One request's refusal, as far as it is fit for the operator's log. */
export class Refusal {
  constructor(
    readonly reason: ScwRefusalReason,
    /** The name of the header that decided, in lower case; undefined when none carried anything. */
    readonly header?: string,
    /** `jti`, once the signature is verified: before that it is whatever a stranger wrote. */
    readonly tokenId?: string,
  ) {}
}
