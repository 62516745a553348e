import { publicPemOf } from '../../scripts/tooling/keys.mjs';
import { isOurs } from './claims.mjs';

export const label = 'docs recipe: @nestjs/passport + passport-jwt';

/**
 * As NestJS' documentation shows it, with Scaleway's header and key; a PEM string is what everybody passes.
 *
 * @param {typeof import('passport-jwt')} passportJwt
 * @param {number} bits
 * @returns {import('passport-jwt').StrategyOptionsWithoutRequest}
 */
const settings = (passportJwt, bits) => ({
  jwtFromRequest: passportJwt.ExtractJwt.fromHeader('x-auth-token'),
  ignoreExpiration: false,
  secretOrKey: publicPemOf(bits),
  algorithms: ['RS256'],
});

/** @param {{ bits: number }} options */
export async function wire({ bits }) {
  const [{ Injectable }, { AuthGuard, PassportModule, PassportStrategy }, { default: passportJwt }] = await Promise.all(
    [import('@nestjs/common'), import('@nestjs/passport'), import('passport-jwt')],
  );
  class JwtStrategy extends PassportStrategy(passportJwt.Strategy) {
    constructor() {
      super(settings(passportJwt, bits));
    }

    /** @param {any} payload */
    validate(payload) {
      return isOurs(payload) ? payload : null;
    }
  }
  Injectable()(JwtStrategy);
  return { imports: [PassportModule], providers: [JwtStrategy], guard: AuthGuard('jwt') };
}

/**
 * passport-jwt's strategy alone, driven as cheaply as possible, without the passport around it.
 *
 * @param {{ bits: number }} options
 * @returns {Promise<import('./index.mjs').Checker>}
 */
export async function checker({ bits }) {
  const { default: passportJwt } = await import('passport-jwt');
  const strategy = new passportJwt.Strategy(settings(passportJwt, bits), (payload, done) =>
    done(null, isOurs(payload) ? payload : false),
  );
  /** @type {any} */
  const driven = Object.assign(Object.create(strategy), {
    passed: false,
    success() {
      this.passed = true;
    },
    fail() {
      this.passed = false;
    },
    error() {
      this.passed = false;
    },
  });
  return {
    check: (request) => {
      const attempt = Object.create(driven);
      attempt.authenticate(request);
      return attempt.passed;
    },
  };
}
