import type { KeyObject } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import passportJwt from 'passport-jwt';

/**
 * The part of passport-jwt that this library uses, in types of its own: a user who checks the types of libraries need not
 * install those of passport, express and jsonwebtoken.
 */
export interface PassportJwtOptions {
  readonly jwtFromRequest: (request: never) => string | null;
  readonly secretOrKeyProvider: (
    request: unknown,
    token: string,
    done: (error: Error | null, key?: KeyObject) => void,
  ) => void;
  readonly algorithms: string[];
  readonly ignoreExpiration: boolean;
  readonly passReqToCallback: true;
  readonly jsonWebTokenOptions: { readonly ignoreNotBefore: boolean };
}

/** Called by passport-jwt when the signature is verified. */
export type VerifyCallback = (
  request: never,
  payload: unknown,
  done: (error: Error | null, user?: object | false, info?: unknown) => void,
) => void;

/** A Passport strategy: it ends by calling one of its own `success`, `fail` and `error`, which its driver puts there. */
export interface PassportStrategy {
  /** The name under which passport knows it. */
  name: string;
  /** Decides about one request. */
  authenticate(request: unknown, options?: unknown): void;
  /** The request is let in as this user. */
  success(user: object): void;
  /** The request is refused. */
  fail(challenge: unknown, status?: number): void;
  /** Something went wrong. */
  error(error: unknown): void;
  /** The request goes on without a user. */
  pass(): void;
  /** The client is sent elsewhere. */
  redirect(url: string): void;
}

type Verifier = (
  token: string,
  key: KeyObject,
  options: object,
  done: (error: Error | null, payload?: unknown) => void,
) => void;

const Strategy = passportJwt.Strategy as unknown as new (
  options: PassportJwtOptions,
  verify: VerifyCallback,
) => PassportStrategy;
/** One for all strategies of the process, for anybody to replace: passport-jwt means it for tests. */
const shared = passportJwt.Strategy as unknown as { JwtVerifier: Verifier };
const verifier = jsonwebtoken.verify as Verifier;

/**
 * passport-jwt's own class, typed as above. It verifies with the jsonwebtoken of this package (9.0.3 or newer), whatever an
 * old lock file keeps under passport-jwt, and whoever has replaced the verifier; passport-jwt calls it before
 * `authenticate` returns, so other strategies do not notice.
 */
export class PassportJwtStrategy extends Strategy {
  override authenticate(request: unknown, options?: unknown): void {
    const { JwtVerifier } = shared;
    shared.JwtVerifier = verifier;
    try {
      super.authenticate(request, options);
    } finally {
      shared.JwtVerifier = JwtVerifier;
    }
  }
}
