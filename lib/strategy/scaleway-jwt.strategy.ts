import type { ContainerIdentity, PrivateContainer } from '../container/container-identity.js';
import { Refusal } from '../errors/refusal.js';
import { refusalStatus, type ScwRefusalReason } from '../errors/refusal-reasons.js';
import { withoutStack } from '../errors/without-stack.js';
import type { TokenRules } from '../scaleway-auth.rules.js';
import { type ApplicationClaim, matchContainer, readApplicationClaim } from '../token/application-claim.js';
import { checkIssuerAudience } from '../token/issuer-audience.js';
import { ScwTokenClaims } from '../token/scw-token-claims.js';
import { ALGORITHM, readToken, type JwtPayload } from '../token/token-format.js';
import { HANDSHAKE_AUTH, type RequestHeaders, TokenSource } from '../token/token-source.js';
import { checkTimes, readTimes, type TokenTimes } from '../token/token-time.js';
import { type VerifiedToken, VerifiedTokenCache } from '../token/verified-token-cache.js';
import { PassportJwtStrategy, type PassportStrategy } from './passport-jwt.js';

/** What passport-jwt carries from its start to its end in the place of a request. */
interface Presentation {
  readonly token: string;
  readonly header: string;
  readonly payload: JwtPayload;
  readonly times: TokenTimes;
}

/** The part of ScalewayRevocations that is asked about a genuine token; its own type keeps that to itself. */
interface Revocations {
  refuse(token: string, claims: ScwTokenClaims): ScwRefusalReason | undefined;
}

/** How one request ended: with claims, or with a refusal. */
export interface Verdict {
  readonly claims?: ScwTokenClaims | undefined;
  readonly refusal?: Refusal | undefined;
  /** The name of the header that decided, in lower case. */
  readonly header?: string | undefined;
  /** What was thrown, when the refusal's reason is `unexpected`. */
  readonly thrown?: unknown;
}

/**
 * passport-jwt's strategy for this container's tokens: RS256 with the one key of `SCW_PUBLIC_KEY`, what passport-jwt and
 * jsonwebtoken let through closed before it (`lib/token`), and the question whether a token is meant for this container
 * after it. A provider of the module, and registered with passport as {@link SCALEWAY_JWT}; a public container's
 * strategy lets nobody in.
 *
 * @example
 * const { claims } = app.get(ScalewayJwtStrategy).check(request); // undefined when refused
 */
export class ScalewayJwtStrategy extends PassportJwtStrategy {
  private readonly source: TokenSource;
  private readonly verified: VerifiedTokenCache;
  /** This strategy with the outcomes that {@link check} reads; each request gets an object made from it. */
  private readonly driven: this;
  /** The header that decided. Set on the object made for one request alone. */
  protected header: string | undefined;

  constructor(
    identity: ContainerIdentity,
    private readonly rules: TokenRules,
    private readonly revocations?: Revocations,
  ) {
    super(
      {
        jwtFromRequest: ({ token }: Presentation) => token,
        secretOrKeyProvider: (_request, _token, done) =>
          identity.public ? done(new Error('A public container has no key')) : done(null, identity.publicKey),
        algorithms: [ALGORITHM],
        // Time is decided in lib/token, on a clock of milliseconds.
        ignoreExpiration: true,
        jsonWebTokenOptions: { ignoreNotBefore: true },
        passReqToCallback: true,
      },
      (presentation: Presentation, _payload, done) => {
        const judged = identity.public ? undefined : judge(presentation, identity, rules);
        if (!(judged instanceof ScwTokenClaims)) return done(null, false, judged);
        const revoked = revocations?.refuse(presentation.token, judged);
        if (revoked !== undefined) return done(null, false, new Refusal(revoked, presentation.header, judged.tokenId));
        this.verified.set(presentation.token, { claims: judged, times: presentation.times });
        done(null, judged);
      },
    );
    this.verified = new VerifiedTokenCache(rules.cacheSize);
    this.source = new TokenSource([...rules.headers, HANDSHAKE_AUTH], rules.maxTokenLength);
    this.driven = Object.assign(Object.create(this) as this, OUTCOMES);
  }

  /**
   * Decides about one request, as passport calls it: it ends in the `success` or `fail` of the object that it is called
   * on, at once. Whoever does not come from passport calls {@link check}.
   */
  override authenticate(request: RequestHeaders): void {
    const presented = this.source.read(request);
    this.header = presented.header;
    if (presented.refusal !== undefined) return this.refuse(presented.refusal);
    const known = this.verified.get(presented.token);
    if (known !== undefined) return this.admit(presented.token, known);

    // Cheapest first: what is malformed or out of date is refused without the cost of a signature.
    const payload = readToken(presented.token);
    if (typeof payload === 'string') return this.refuse(payload);
    const times = readTimes(payload);
    if (typeof times === 'string') return this.refuse(times);
    const untimely = checkTimes(times, this.rules, Date.now());
    if (untimely !== undefined) return this.refuse(untimely);

    // jsonwebtoken makes an error for each forged token.
    withoutStack(() => super.authenticate({ token: presented.token, header: presented.header, payload, times }));
  }

  /**
   * Runs this strategy for one request, and answers at once. It runs on an object of its own, so that no request can get
   * another's answer, and never throws: whatever goes wrong is a refusal.
   */
  check(request: RequestHeaders): Verdict {
    const attempt = Object.create(this.driven) as Attempt;
    try {
      attempt.authenticate(request);
    } catch (error) {
      attempt.error(error);
    }
    if (attempt.claims === undefined && attempt.refusal === undefined) attempt.pass();
    return attempt;
  }

  /** A token that was verified before: what can have changed about it is the time, and that it was revoked. */
  private admit(token: string, { claims, times }: VerifiedToken): void {
    const reason = checkTimes(times, this.rules, Date.now()) ?? this.revocations?.refuse(token, claims);
    if (reason === undefined) return this.success(claims);
    if (reason === 'expired') this.verified.delete(token);
    this.refuse(reason, claims.tokenId);
  }

  private refuse(reason: ScwRefusalReason, tokenId?: string): void {
    this.fail(new Refusal(reason, this.header, tokenId), refusalStatus(reason));
  }
}

/** One request's run of the strategy: the object whose methods passport-jwt calls at its end. */
interface Attempt extends PassportStrategy {
  header?: string | undefined;
  claims?: ScwTokenClaims;
  refusal?: Refusal;
  thrown?: unknown;
}

const OUTCOMES = {
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

/** Endings that Passport has, and this strategy never comes to. */
function unforeseen(this: Attempt): void {
  this.refusal = new Refusal('unexpected', this.header);
}

/** What is asked of a token after its signature: who issued it, for what, and for which container. */
function judge(
  { payload, header }: Presentation,
  container: PrivateContainer,
  rules: TokenRules,
): ScwTokenClaims | Refusal {
  const tokenId = typeof payload['jti'] === 'string' ? payload['jti'] : undefined;
  const application = readApplicationClaim(payload['application_claim']);
  const reason =
    checkIssuerAudience(payload, rules) ??
    (typeof application === 'string' ? application : matchContainer(application, container));
  if (reason !== undefined) return new Refusal(reason, header, tokenId);
  return new ScwTokenClaims({ application: application as ApplicationClaim, payload });
}
