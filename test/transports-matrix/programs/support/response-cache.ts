import { randomUUID } from 'node:crypto';
import type { BaseContext, GraphQLRequestContext } from '@apollo/server';
import responseCachePlugin from '@apollo/server-plugin-response-cache';
import type { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';

/** Keeps an answer for each caller, and one for all who send no token. */
export function cachedForEachCaller(verifier: ScalewayTokenVerifier) {
  const caller = async ({ request }: GraphQLRequestContext<BaseContext>): Promise<string | null> => {
    const verdict = await verifier.verify({ headers: Object.fromEntries(request.http?.headers ?? []) });
    if (!verdict.accepted && verdict.reason === 'no_token') return null;
    // Nothing is found for a token without an id, which cannot be told from others, nor for one that the guard will refuse.
    return (verdict.accepted && verdict.claims.tokenId) || randomUUID();
  };
  return responseCachePlugin({ sessionId: caller, extraCacheKeyData: caller });
}
