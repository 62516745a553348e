import { Injectable, UnauthorizedException } from '@nestjs/common';

/**
 * @typedef {import('./index.mjs').MeasuredRequest} MeasuredRequest
 * @typedef {import('./index.mjs').Checker} Checker
 * @typedef {import('@nestjs/common').ExecutionContext} ExecutionContext
 */

/**
 * @param {MeasuredRequest} request
 * @returns {string | undefined}
 */
export const tokenOf = ({ headers }) => headers['x-auth-token'];

/**
 * The guard that the documentation of each library would have its user write: `check` throws or gives false to refuse.
 *
 * @param {Checker['check']} check
 */
export function guardOf(check) {
  class HandWrittenGuard {
    /** @param {ExecutionContext} context */
    async canActivate(context) {
      try {
        if (await check(context.switchToHttp().getRequest())) return true;
      } catch {
        // Told below, to all alike.
      }
      throw new UnauthorizedException();
    }
  }
  Injectable()(HandWrittenGuard);
  return HandWrittenGuard;
}

/**
 * The same for a check that answers at once: without a promise it costs less.
 *
 * @param {(request: MeasuredRequest) => boolean} check
 */
export function synchronousGuardOf(check) {
  class HandWrittenGuard {
    /** @param {ExecutionContext} context */
    canActivate(context) {
      let passed = false;
      try {
        passed = check(context.switchToHttp().getRequest());
      } catch {
        // Told below, to all alike.
      }
      if (!passed) throw new UnauthorizedException();
      return true;
    }
  }
  Injectable()(HandWrittenGuard);
  return HandWrittenGuard;
}

/**
 * A check that throws to refuse, as one that gives false.
 *
 * @param {(request: MeasuredRequest) => boolean} check
 * @returns {Checker}
 */
export const refusing = (check) => ({
  check: (request) => {
    try {
      return check(request);
    } catch {
      return false;
    }
  },
});
