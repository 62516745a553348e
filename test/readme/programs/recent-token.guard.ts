import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { scwClaimsOf } from 'nestjs-scaleway-auth';

const HOUR_MS = 3_600_000;

/** Lets in tokens that end, and that were issued within the last hour. */
@Injectable()
export class RecentTokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const claims = scwClaimsOf(context);
    if (claims === undefined) return true; // a public container
    const { issuedAt, expiresAt } = claims;
    const isRecent = issuedAt !== undefined && Date.now() - issuedAt.getTime() < HOUR_MS;
    if (expiresAt === undefined || !isRecent) throw new UnauthorizedException('A recent token is required');
    return true;
  }
}
