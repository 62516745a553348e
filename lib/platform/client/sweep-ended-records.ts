import { isNotFound } from './scaleway-platform-error.js';
import type { ScalewayTokenClient } from './scaleway-token-client.js';
import type { TokenCallOptions } from './scaleway-token-client.options.js';
import type { ScalewayTarget } from './target.js';

/** The description of the records of all sources, so that a source finds those that another one left behind. */
export const SOURCE_DESCRIPTION = 'nestjs-scaleway-auth token source';

/** Sources that start together find the same records, so each deletes only a few. */
const MAX_DELETED = 5;

/**
 * Deletes the records of expired tokens that killed processes or lost replies have left behind.
 *
 * @param issuersTime now by the issuer's clock, because a local clock that is fast would end other processes' tokens
 */
export async function sweepEndedRecords(
  client: ScalewayTokenClient,
  target: ScalewayTarget,
  issuersTime: Date | undefined,
  options: TokenCallOptions,
): Promise<void> {
  if (!issuersTime) return;
  const records = await client.listTokens(target, options);
  const ended = records.filter(
    ({ description, expiresAt }) =>
      description === SOURCE_DESCRIPTION && expiresAt !== undefined && expiresAt < issuersTime,
  );
  for (const { id } of atRandom(ended, MAX_DELETED)) {
    await client.deleteToken(id, options).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

function atRandom<T>(list: readonly T[], count: number): T[] {
  return list
    .map((item) => ({ item, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ item }) => item);
}
