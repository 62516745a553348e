import type { KeyObject } from 'node:crypto';
import type { ContainerIdentity, PrivateContainer } from '../container/container-identity.js';
import { Refusal } from '../refusal/refusal.js';
import { refusalStatus, type ScwRefusalReason } from '../refusal/refusal-reasons.js';
import { withoutStack } from '../refusal/without-stack.js';
import type { TokenRules } from '../module/token-rules.js';
import { type ApplicationClaim, matchContainer, readApplicationClaim } from '../verification/application-claim.js';
import { checkIssuerAudience } from '../verification/issuer-audience.js';
import { ScwTokenClaims } from '../verification/scw-token-claims.js';
import { ALGORITHM, readToken, type JwtPayload } from '../verification/jws.js';
import { HANDSHAKE_AUTH, type RequestHeaders, TokenSource } from '../request/token-extractor.js';
import { checkTimes, readTimes, type TokenTimes } from '../verification/token-times.js';
import { type VerifiedToken, VerifiedTokenCache } from '../verification/verified-token-cache.js';
import { PassportJwtStrategy } from './passport-jwt.js';
import { attempted, concluded, OUTCOMES, type Verdict } from '../verification/verdict.js';
import { ForgeryWatch, verifyInPool } from '../verification/signature.js';

/** What passport-jwt carries from its start to its end in the place of a request. */
interface Presentation {
  readonly token: string;
  readonly header: string;
  readonly payload: JwtPayload;
  readonly times: TokenTimes;
  /** Set once the signature is verified. */
  genuine?: true;
}

/** The part of ScalewayRevocations that is asked about a genuine token; its own type keeps that to itself. */
interface Revocations {
  refuse(token: string, claims: ScwTokenClaims): ScwRefusalReason | undefined;
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
  private readonly forgeries = new ForgeryWatch();
  /** This strategy with the outcomes that are read below; each request gets an object made from one of them. */
  private readonly atOnce: this;
  private readonly unhurried: this;
  /** Whether whoever asks can wait for an answer. */
  protected readonly canWait: boolean = false;
  /** The header that decided. Set on the object made for one request alone. */
  protected header: string | undefined;
  /** Settles when the request is decided, where that is not at once. Set on the object made for one request alone. */
  protected pending: Promise<void> | undefined;

  constructor(
    private readonly identity: ContainerIdentity,
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
        presentation.genuine = true;
        const judged = identity.public ? undefined : judge(presentation, identity, rules);
        if (!(judged instanceof ScwTokenClaims)) return done(null, false, judged);
        const revoked = revocations?.refuse(presentation.token, judged);
        if (revoked !== undefined) return done(null, false, new Refusal(revoked, presentation.header, judged.tokenId));
        this.verified.set(presentation.token, { claims: judged, ...presentation.times });
        done(null, judged);
      },
    );
    this.verified = new VerifiedTokenCache(rules.cacheSize);
    this.source = new TokenSource([...rules.headers, HANDSHAKE_AUTH], rules.maxTokenLength);
    this.atOnce = Object.assign(Object.create(this) as this, OUTCOMES);
    this.unhurried = Object.assign(Object.create(this) as this, OUTCOMES, { canWait: true });
  }

  /**
   * Decides about one request, as passport calls it: it ends in the `success` or `fail` of the object that it is called
   * on. Whoever does not come from passport calls {@link check} or {@link decide}.
   */
  override authenticate(request: RequestHeaders): void {
    const presented = this.source.read(request);
    this.header = presented.header;
    if (presented.refusal !== undefined) return this.refuse(presented.refusal);
    const { token, header } = presented;
    const known = this.verified.get(token);
    if (known !== undefined) return this.admit(token, known);

    // Cheapest first: what is malformed or out of date is refused without the cost of a signature.
    const payload = readToken(token);
    if (typeof payload === 'string') return this.refuse(payload);
    const times = readTimes(payload);
    if (typeof times === 'string') return this.refuse(times);
    const untimely = checkTimes(times, this.rules, Date.now());
    if (untimely !== undefined) return this.refuse(untimely);

    const presentation = { token, header, payload, times };
    const { identity } = this;
    if (this.canWait && !identity.public && this.forgeries.sawOneLately())
      this.pending = this.verifyBeside(presentation, identity.publicKey);
    else this.verify(presentation);
  }

  /**
   * Runs this strategy for one request, and answers at once. It runs on an object of its own, so that no request can get
   * another's answer, and never throws: whatever goes wrong is a refusal.
   */
  check(request: RequestHeaders): Verdict {
    return concluded(attempted(this.atOnce, request));
  }

  /**
   * The same for whoever can wait, as the guard. The answer is a promise, which never rejects, only for a token that is not
   * known while others come in whose signatures are bad.
   */
  decide(request: RequestHeaders): Verdict | Promise<Verdict> {
    const attempt = attempted(this.unhurried, request);
    const { pending } = attempt;
    return pending === undefined ? concluded(attempt) : pending.then(() => concluded(attempt));
  }

  /** passport-jwt's part. */
  private verify(presentation: Presentation): void {
    // jsonwebtoken makes an error for each forged token.
    withoutStack(() => super.authenticate(presentation));
    if (presentation.genuine !== true) this.forgeries.note();
  }

  /**
   * Under a flood of forged tokens the thread that answers requests would do little but refuse them, and the known tokens
   * would wait in line. So the signature is looked at beside it first; the rare genuine token is then verified twice.
   */
  private async verifyBeside(presentation: Presentation, key: KeyObject): Promise<void> {
    try {
      if (await verifyInPool(presentation.token, key)) return this.verify(presentation);
      this.forgeries.note();
      this.refuse('bad_signature');
    } catch (error) {
      this.error(error);
    }
  }

  /** A token that was verified before: what can have changed about it is the time, and that it was revoked. */
  private admit(token: string, known: VerifiedToken): void {
    const { claims } = known;
    const reason = checkTimes(known, this.rules, Date.now()) ?? this.revocations?.refuse(token, claims);
    if (reason === undefined) return this.success(claims);
    if (reason === 'expired') this.verified.delete(token);
    this.refuse(reason, claims.tokenId);
  }

  private refuse(reason: ScwRefusalReason, tokenId?: string): void {
    this.fail(new Refusal(reason, this.header, tokenId), refusalStatus(reason));
  }
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
