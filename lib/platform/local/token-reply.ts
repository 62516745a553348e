import { formatExpiresAt } from './expires-at.js';
import type { IssuedToken, LocalTarget } from './inventory.js';

/** What differs between the replies about one token: who asks, and when. */
export interface TokenShown {
  readonly token: string;
  readonly publicKey: string;
  readonly status: 'creating' | 'ready' | 'deleting';
  readonly description: string;
}

/**
 * A token as the tokens API shows it, its members in the recorded order. `issue-jwt` answers with all of them too: the
 * Python SDK before 2024-09 fails on a reply without `id` and `status`.
 */
export function tokenReply(target: LocalTarget, issued: IssuedToken, shown: TokenShown): object {
  return {
    token: shown.token,
    public_key: shown.publicKey,
    [`${target.kind}_id`]: target.id,
    id: issued.id,
    status: shown.status,
    expires_at: issued.expiresAt ? formatExpiresAt(issued.expiresAt) : null,
    description: shown.description,
  };
}
