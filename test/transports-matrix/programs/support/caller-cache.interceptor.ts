import { CacheInterceptor } from '@nestjs/cache-manager';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { scwClaimsOf } from 'nestjs-scaleway-auth';

/** Keeps an answer for each caller, and one for all who send no token. */
@Injectable()
export class CallerCacheInterceptor extends CacheInterceptor {
  protected override trackBy(context: ExecutionContext): string | undefined {
    const key = super.trackBy(context);
    const caller = scwClaimsOf(context);
    // A token without an id cannot be told from others: its answers are not cached.
    if (key === undefined || (caller !== undefined && caller.tokenId === undefined)) return undefined;
    return `${caller?.tokenId ?? 'nobody'} ${key}`;
  }
}
