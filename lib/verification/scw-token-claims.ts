import type { ApplicationClaim } from './application-claim.js';
import type { ScwTokenScope } from '../container/token-scope.js';
import { claimOf, type JwtPayload } from './jws.js';

const BRAND: unique symbol = Symbol.for('nestjs-scaleway-auth:token-claims') as never;

/** The argument of the constructor, which only the verifier calls. */
interface VerifiedToken {
  readonly application: ApplicationClaim;
  readonly payload: JwtPayload;
}

/**
 * The caller: the ids and times of a verified token for this container. Instances are frozen, and requests with the same
 * token share one.
 *
 * This is a class, so that you can use it as a type in decorated methods with `isolatedModules`. Only this library creates
 * instances.
 *
 * @example
 * @Get('orders')
 * list(@ScwClaims() caller: ScwTokenClaims) {
 *   return caller.scope === 'application' ? this.ordersOf(caller.applicationId) : this.allOrders();
 * }
 */
export class ScwTokenClaims {
  /** The namespace that the token is for; undefined if the token names only a container. */
  readonly namespaceId: string | undefined;

  /** The container that the token is for; undefined if the token names only a namespace. */
  readonly applicationId: string | undefined;

  /** `'application'` if the token names one container, `'namespace'` if it is for every container of a namespace. */
  readonly scope: ScwTokenScope;

  /** `jti`: the token's id in Scaleway's tokens API. Undefined if the token has none. */
  readonly tokenId: string | undefined;

  /** All claims, as in the token. Deep-frozen. */
  readonly payload: JwtPayload;

  /** The ESM and CommonJS builds each have this class. An instance of one is an instance of both. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** @internal */
  declare readonly [BRAND]: true;

  static {
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  /** @internal */
  constructor(token: VerifiedToken) {
    // A ValidationPipe with validateCustomDecorators would replace the claims by an empty instance.
    if (token?.application === undefined)
      throw new TypeError(
        'Only ScalewayAuthGuard creates ScwTokenClaims. If you use a ValidationPipe with validateCustomDecorators, annotate ' +
          'the parameter with Readonly<ScwTokenClaims>.',
      );
    const { application, payload } = token;
    this.namespaceId = application.namespaceId;
    this.applicationId = application.applicationId;
    this.scope = application.applicationId === undefined ? 'namespace' : 'application';
    const tokenId = claimOf(payload, 'jti');
    this.tokenId = typeof tokenId === 'string' ? tokenId : undefined;
    this.payload = deepFreeze(payload);
    Object.freeze(this);
  }

  /** `iat`: when the token was issued; undefined if the token has no `iat`. Each read returns a new Date. */
  get issuedAt(): Date | undefined {
    return toDate(claimOf(this.payload, 'iat'));
  }

  /** `exp`: when the token expires; undefined if it never does. Each read returns a new Date. */
  get expiresAt(): Date | undefined {
    return toDate(claimOf(this.payload, 'exp'));
  }

  /** Used by `JSON.stringify`, and so if a handler returns the claims: everything except the payload. A ClassSerializerInterceptor does not use it. */
  toJSON(): object {
    const { namespaceId, applicationId, scope, tokenId, issuedAt, expiresAt } = this;
    return { namespaceId, applicationId, scope, tokenId, issuedAt, expiresAt };
  }
}

/** A new Date, because a frozen Date can still be modified. Undefined for times after the year 275760, which no Date can hold. */
function toDate(seconds: unknown): Date | undefined {
  if (typeof seconds !== 'number') return undefined;
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Without recursion, because JSON can be nested deeper than the stack allows. */
function deepFreeze<T extends object>(root: T): T {
  const rest: object[] = [root];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    Object.freeze(value);
    for (const member of Object.values(value))
      if (typeof member === 'object' && member !== null) rest.push(member as object);
  }
  return root;
}
