import type { ContainerIdentity, PrivateContainer } from '../container/container-identity.js';
import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import { type RequestHeaders, TokenExtractor } from '../request/token-extractor.js';
import type { RevocableToken } from '../revocation/revocation.js';
import { type ApplicationClaim, matchContainer, readApplicationClaim } from './application-claim.js';
import { checkIssuerAudience } from './issuer-audience.js';
import { claimOf, type JwtPayload, parseToken } from './jws.js';
import { ScwTokenClaims } from './scw-token-claims.js';
import { ForgeryDetector, hasValidSignature, SignaturePool } from './signature.js';
import type { TokenRules } from './token-rules.js';
import { checkTimes, readTimes, type TokenTimes } from './token-times.js';
import type { Refused, Verdict } from './verdict.js';
import { type ClaimsRefusal, type VerifiedToken, VerifiedTokenCache } from './verified-token-cache.js';

/**
 * The injection token of the application's {@link ScalewayTokenVerifier}, shared by the ESM and CommonJS builds. Nest shows its
 * text if a guard is used without the module, so it says what is missing.
 */
export const TOKEN_VERIFIER = Symbol.for('nestjs-scaleway-auth: provided by ScalewayAuthModule.forRoot()');

/** Checked for genuine tokens that are for this container. */
export interface DenyList {
  check(token: string, claims: RevocableToken): ScwRefusalReason | undefined;
}

/** A token that is well formed and current, but whose signature is not verified yet. */
interface UnverifiedToken {
  /** An own property, so that an inherited one cannot turn this into a verdict. */
  readonly accepted: undefined;
  readonly token: string;
  readonly header: string | undefined;
  readonly container: PrivateContainer;
  readonly payload: JwtPayload;
  readonly times: TokenTimes;
}

/**
 * Verifies tokens for this container. The guard uses it for each request. Use it yourself where no guard runs: in middleware,
 * in the handshake of a WebSocket, in a queue.
 *
 * {@link ScalewayAuthModule} provides it. Its methods never throw or reject: an unexpected error is a refusal with the reason
 * `unexpected` and the `error`. A public container has no key, so every token is refused there with the reason
 * `public_container`; check {@link containerIsPublic} first.
 *
 * @example
 * app.use('/files', (request, response, next) => {
 *   const verdict = verifier.verifySync(request);
 *   if (verdict.accepted || verifier.containerIsPublic) next();
 *   else response.status(401).end();
 * });
 */
export class ScalewayTokenVerifier {
  readonly #container: ContainerIdentity;
  readonly #rules: TokenRules;
  readonly #denyList: DenyList | undefined;
  readonly #extractor: TokenExtractor;
  readonly #cache: VerifiedTokenCache;
  readonly #forgeries = new ForgeryDetector();
  readonly #pool = new SignaturePool();

  /** @internal */
  constructor(container: ContainerIdentity, rules: TokenRules, denyList?: DenyList) {
    this.#container = container;
    this.#rules = rules;
    this.#denyList = denyList;
    this.#extractor = new TokenExtractor(rules.headers, rules.maxTokenLength);
    this.#cache = new VerifiedTokenCache(rules.cacheSize);
  }

  /** Whether `SCW_PUBLIC` is true. If so, the guard accepts every request without a check. */
  get containerIsPublic(): boolean {
    return this.#container.public;
  }

  /** The names of the headers that may carry a token, in lower case. */
  get headers(): readonly string[] {
    return this.#rules.headers;
  }

  /**
   * Verifies the token in a request's headers, or a token string.
   *
   * @param request a request of Node, Express or Fastify, or any object with `headers` whose names are in lower case; or the
   * token itself, without `Bearer`
   * @example
   * const verdict = verifier.verifySync({ headers: { 'x-auth-token': token } });
   */
  verifySync(request: RequestHeaders | string): Verdict {
    let step: Verdict | UnverifiedToken | undefined;
    try {
      step = this.#start(request);
      return step.accepted === undefined ? this.#finish(step, isSigned(step)) : step;
    } catch (error) {
      return unexpected(error, step?.header);
    }
  }

  /**
   * The same for callers that can wait. Returns a promise only for an unknown token while forged tokens come in: in that case
   * Node's thread pool verifies the signature.
   *
   * @example
   * const verdict = await verifier.verify(request);
   */
  verify(request: RequestHeaders | string): Verdict | Promise<Verdict> {
    let step: Verdict | UnverifiedToken | undefined;
    try {
      step = this.#start(request);
      if (step.accepted !== undefined) return step;
      return this.#forgeries.isActive ? this.#verifyInPool(step) : this.#finish(step, isSigned(step));
    } catch (error) {
      return unexpected(error, step?.header);
    }
  }

  async #verifyInPool(step: UnverifiedToken): Promise<Verdict> {
    try {
      return this.#finish(step, await this.#pool.verify(step.token, step.container.publicKey));
    } catch (error) {
      return unexpected(error, step.header);
    }
  }

  /** All checks before the signature, cheapest first. Returns a verdict, or a token whose signature must be verified. */
  #start(request: RequestHeaders | string): Verdict | UnverifiedToken {
    const container = this.#container;
    if (container.public) return refuse('public_container', undefined);
    const presented = this.#extractor.extract(request);
    const { header } = presented;
    if (presented.reason !== undefined) return refuse(presented.reason, header);
    const { token } = presented;
    const now = Date.now();
    this.#cache.sweep(now);
    const known = this.#cache.get(token);
    if (known !== undefined) return this.#decide(known, header, now);

    const payload = parseToken(token);
    if (typeof payload === 'string') return refuse(payload, header);
    const times = readTimes(payload);
    if (typeof times === 'string') return refuse(times, header);
    const untimely = checkTimes(times, this.#rules, now);
    if (untimely !== undefined) return refuse(untimely, header);
    return { accepted: undefined, token, header, container, payload, times };
  }

  /** All checks after the signature. */
  #finish({ token, header, container, payload, times }: UnverifiedToken, isGenuine: boolean): Verdict {
    if (!isGenuine) {
      this.#forgeries.record();
      return refuse('bad_signature', header);
    }
    const claims = readClaims(payload, container, this.#rules);
    const verified = { token, times, claims };
    this.#cache.add(verified);
    // Checks the times again: the token may have expired while it waited for the pool.
    return this.#decide(verified, header, Date.now());
  }

  /** The last checks of every genuine token, whether it is new or known. */
  #decide({ token, times, claims }: VerifiedToken, header: string | undefined, now: number): Verdict {
    const untimely = checkTimes(times, this.#rules, now);
    if (untimely === 'expired') this.#cache.delete(token);
    if (untimely !== undefined) return refuse(untimely, header, claims.tokenId);
    if ('reason' in claims) return refuse(claims.reason, header, claims.tokenId);
    const revoked = this.#denyList?.check(token, claims);
    if (revoked !== undefined) return refuse(revoked, header, claims.tokenId);
    return { accepted: true, claims, header };
  }
}

function isSigned({ token, container }: UnverifiedToken): boolean {
  return hasValidSignature(token, container.publicKey);
}

/** Who issued a genuine token, for what, and for which container. */
function readClaims(
  payload: JwtPayload,
  container: PrivateContainer,
  rules: TokenRules,
): ScwTokenClaims | ClaimsRefusal {
  const application = readApplicationClaim(claimOf(payload, 'application_claim'));
  const reason =
    checkIssuerAudience(payload, rules) ??
    (typeof application === 'string' ? application : matchContainer(application, container));
  if (reason === undefined) return new ScwTokenClaims({ application: application as ApplicationClaim, payload });
  const jti = claimOf(payload, 'jti');
  return { reason, tokenId: typeof jti === 'string' ? jti : undefined };
}

function refuse(reason: ScwRefusalReason, header: string | undefined, tokenId?: string): Refused {
  return { accepted: false, reason, header, tokenId };
}

function unexpected(error: unknown, header?: string): Refused {
  return { accepted: false, reason: 'unexpected', header, error };
}
