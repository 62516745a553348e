import type { KeyObject } from 'node:crypto';
import passportJwt from 'passport-jwt';

/**
 * The part of passport-jwt that this package uses. Declared here, so that users with `skipLibCheck: false` do not need the
 * types of passport, express and jsonwebtoken.
 */
export interface PassportJwtOptions {
  readonly jwtFromRequest: (request: never) => string | null;
  readonly secretOrKeyProvider: (
    request: unknown,
    token: string,
    done: (error: Error | null, key?: KeyObject) => void,
  ) => void;
  readonly algorithms: string[];
}

/** Called by passport-jwt after it has verified a token. */
export type VerifyCallback = (payload: unknown, done: (error: Error | null, user?: object | false) => void) => void;

/** A passport strategy. It ends by calling `success` or `fail`, which passport adds to it for each request. */
export interface PassportStrategy {
  /** The name that the strategy is registered under. */
  readonly name: string;
  /** Accepts or refuses a request. */
  authenticate(request: unknown, options?: unknown): void;
  /** Accepts the request, with this user. */
  success(user: object): void;
  /** Refuses the request. */
  fail(challenge: string, status: number): void;
}

/** passport-jwt's class, with the types above. */
export const PassportJwtStrategy = passportJwt.Strategy as unknown as new (
  options: PassportJwtOptions,
  verify: VerifyCallback,
) => PassportStrategy;
