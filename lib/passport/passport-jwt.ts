import type { KeyObject } from 'node:crypto';
import passportJwt from 'passport-jwt';

/**
 * The part of passport-jwt that this package uses, in types of its own: a user who checks the types of libraries does not
 * need those of passport, express and jsonwebtoken.
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

/** Called by passport-jwt when it has verified a token. */
export type VerifyCallback = (payload: unknown, done: (error: Error | null, user?: object | false) => void) => void;

/** A Passport strategy: it ends by calling its own `success` or `fail`, which passport puts there for each request. */
export interface PassportStrategy {
  /** The name under which passport knows it. */
  readonly name: string;
  /** Decides about one request. */
  authenticate(request: unknown, options?: unknown): void;
  /** The request is let in as this user. */
  success(user: object): void;
  /** The request is refused. */
  fail(challenge: string, status: number): void;
}

/** passport-jwt's own class, typed as above. */
export const PassportJwtStrategy = passportJwt.Strategy as unknown as new (
  options: PassportJwtOptions,
  verify: VerifyCallback,
) => PassportStrategy;
