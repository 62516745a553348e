import { formatExpiresAt } from './expires-at.js';
import type { IssuedToken, LocalTarget } from './inventory.js';

/** The differences between the replies about a token. */
export interface TokenShown {
  readonly token: string;
  readonly publicKey: string;
  readonly status: 'creating' | 'ready' | 'deleting';
  readonly description: string;
}

/**
 * A token in the format of the tokens API, with its fields in the recorded order. `issue-jwt` returns all of them too, because
 * the Python SDK before 2024-09 fails without `id` and `status`.
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
