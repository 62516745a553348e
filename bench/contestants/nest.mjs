import { Injectable, UnauthorizedException } from '@nestjs/common';

/** The guard that the documentation of each library would have its user write: `check` throws or gives false to refuse. */
export function guardOf(check) {
  class HandWrittenGuard {
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

/** The same for a check that answers at once: without a promise it costs less. */
export function synchronousGuardOf(check) {
  class HandWrittenGuard {
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
