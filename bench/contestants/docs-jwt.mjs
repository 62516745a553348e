import { publicPemOf } from '../../scripts/tooling/keys.mjs';
import { isOurs } from './claims.mjs';
import { tokenOf } from './guards.mjs';

export const label = 'docs recipe: @nestjs/jwt guard';

/** @param {number} bits */
const settings = (bits) => ({ publicKey: publicPemOf(bits), verifyOptions: { algorithms: ['RS256'] } });

/**
 * As NestJS' documentation shows it: a guard that awaits `verifyAsync`.
 *
 * @param {{ bits: number }} options
 */
export async function wire({ bits }) {
  const [{ Inject, Injectable, UnauthorizedException }, { JwtModule, JwtService }] = await Promise.all([
    import('@nestjs/common'),
    import('@nestjs/jwt'),
  ]);
  class AuthGuard {
    /** @param {any} jwtService */
    constructor(jwtService) {
      this.jwtService = jwtService;
    }

    /** @param {import('@nestjs/common').ExecutionContext} context */
    async canActivate(context) {
      const request = context.switchToHttp().getRequest();
      const token = request.headers['x-auth-token'];
      if (!token) throw new UnauthorizedException();
      try {
        const payload = await this.jwtService.verifyAsync(token);
        request.user = payload;
        if (isOurs(payload)) return true;
      } catch {
        // Told below, as the documentation has it.
      }
      throw new UnauthorizedException();
    }
  }
  Injectable()(AuthGuard);
  Inject(JwtService)(AuthGuard, undefined, 0);
  return {
    imports: [JwtModule.register({ global: true, ...settings(bits) })],
    providers: [AuthGuard],
    guard: AuthGuard,
  };
}

/**
 * @param {{ bits: number }} options
 * @returns {Promise<import('./index.mjs').Checker>}
 */
export async function checker({ bits }) {
  const { JwtService } = await import('@nestjs/jwt');
  const service = new JwtService(settings(bits));
  return {
    awaited: true,
    check: async (request) => {
      const token = tokenOf(request);
      if (!token) return false;
      try {
        return isOurs(await service.verifyAsync(token));
      } catch {
        return false;
      }
    },
  };
}
