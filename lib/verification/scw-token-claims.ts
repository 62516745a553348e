import type { ApplicationClaim } from './application-claim.js';
import type { ScwTokenScope } from '../container/token-scope.js';
import type { JwtPayload } from './jws.js';

const BRAND: unique symbol = Symbol.for('nestjs-scaleway-auth:token-claims') as never;

/** What is handed to the constructor; only the strategy makes claims. */
interface VerifiedToken {
  readonly application: ApplicationClaim;
  readonly payload: JwtPayload;
}

/**
 * Who called: the ids and times of a token that was verified and is meant for this container. Frozen, and shared by all
 * requests that carry the same token.
 *
 * A class, so that it can stand in a decorated signature under `isolatedModules`; only this library makes instances.
 *
 * @example
 * @Get('orders')
 * list(@ScwClaims() caller: ScwTokenClaims) {
 *   return caller.scope === 'application' ? this.ordersOf(caller.applicationId) : this.allOrders();
 * }
 */
export class ScwTokenClaims {
  /** The namespace that the token is for; undefined in a container's token. */
  readonly namespaceId: string | undefined;

  /** The container that the token is for; undefined in a namespace's token. */
  readonly applicationId: string | undefined;

  /** `'application'` when the token names one container, `'namespace'` when it is for every container of a namespace. */
  readonly scope: ScwTokenScope;

  /** `jti`: the id that Scaleway's tokens API knows this token by. Undefined where the token has none. */
  readonly tokenId: string | undefined;

  /** All claims, as signed. Deep-frozen. */
  readonly payload: JwtPayload;

  /** The ESM and CommonJS copies of this package have a class each; their instances are of both. */
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
    // A ValidationPipe with validateCustomDecorators would build an empty one in the place of the real one.
    if (token?.application === undefined)
      throw new TypeError(
        'ScwTokenClaims is made by ScalewayAuthGuard alone. If a ValidationPipe with validateCustomDecorators led here, ' +
          'annotate the parameter with Readonly<ScwTokenClaims>.',
      );
    const { application, payload } = token;
    this.namespaceId = application.namespaceId;
    this.applicationId = application.applicationId;
    this.scope = application.applicationId === undefined ? 'namespace' : 'application';
    this.tokenId = typeof payload['jti'] === 'string' ? payload['jti'] : undefined;
    this.payload = deepFreeze(payload);
    Object.freeze(this);
  }

  /** `iat`: when the token was issued; undefined where the token does not say. A new Date at each read. */
  get issuedAt(): Date | undefined {
    return toDate(this.payload['iat']);
  }

  /** `exp`: when the token ends; undefined when it never does. A new Date at each read. */
  get expiresAt(): Date | undefined {
    return toDate(this.payload['exp']);
  }

  /** What `JSON.stringify` and a handler that returns the claims show: everything but the raw payload. */
  toJSON(): object {
    const { namespaceId, applicationId, scope, tokenId, issuedAt, expiresAt } = this;
    return { namespaceId, applicationId, scope, tokenId, issuedAt, expiresAt };
  }
}

/** A Date made afresh, since a frozen one can still be set. Times beyond what a Date can hold (the year 275760) are none. */
function toDate(seconds: unknown): Date | undefined {
  if (typeof seconds !== 'number') return undefined;
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** With a list of what is left to do, not by recursion: JSON can be nested deeper than the stack. */
function deepFreeze<T extends object>(root: T): T {
  const rest: object[] = [root];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    Object.freeze(value);
    for (const member of Object.values(value))
      if (typeof member === 'object' && member !== null) rest.push(member as object);
  }
  return root;
}
