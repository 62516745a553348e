import { type Arguments, pageOf } from './api-arguments.js';
import { notFound, quotaExceeded } from './api-error.js';
import type { IssuedToken, LocalTarget } from './inventory.js';
import { tokenReply, type TokenShown } from './token-reply.js';

/** Namespaces of containers and of functions are different resources, and so are their tokens. */
export type Product = 'containers' | 'functions';

interface StoredToken {
  product: Product;
  target: LocalTarget;
  issued: IssuedToken;
  description: string;
  createdAt: number;
}

export interface ListQuery {
  target?: LocalTarget | undefined;
  newestFirst: boolean;
  /** Its `page` and `page_size`. */
  given: Arguments;
}

// Enough for any test. A loop that never deletes tokens stops before it uses up the memory.
const MAX_TOKENS = 1000;

/** The records of the tokens API. They do not contain the signed tokens, which Scaleway only shows on creation. */
export class TokenStore {
  private readonly tokens = new Map<string, StoredToken>();

  constructor(private readonly readyAfterMs: number) {}

  /** @throws ApiError (403, `quotas_exceeded`) if the store is full */
  refuseWhenFull(): void {
    if (this.tokens.size >= MAX_TOKENS) throw quotaExceeded('tokens', MAX_TOKENS);
  }

  add(product: Product, target: LocalTarget, issued: IssuedToken, description: string): object {
    const stored = { product, target, issued: { ...issued, token: '' }, description, createdAt: Date.now() };
    this.tokens.set(issued.id, stored);
    return describe(stored, { status: 'creating', token: issued.token, publicKey: issued.publicKey });
  }

  get(product: Product, id: string): object {
    return this.hidden(this.find(product, id));
  }

  list(product: Product, { target, newestFirst, given }: ListQuery): object {
    const all = [...this.tokens.values()].filter(
      (stored) => stored.product === product && (target === undefined || stored.target === target),
    );
    if (newestFirst) all.reverse();
    return { tokens: pageOf(all, given).map((stored) => this.hidden(stored)), total_count: all.length };
  }

  delete(product: Product, id: string): object {
    const stored = this.find(product, id);
    this.tokens.delete(id);
    return describe(stored, { status: 'deleting', token: '', publicKey: '' });
  }

  private find(product: Product, id: string): StoredToken {
    const stored = this.tokens.get(id);
    // Recorded from Scaleway: the message for a function's token under /containers.
    if (stored?.product === 'functions' && product === 'containers') throw notFound('Container');
    if (stored?.product !== product) throw notFound('Token');
    return stored;
  }

  private hidden(stored: StoredToken): object {
    const status = Date.now() - stored.createdAt >= this.readyAfterMs ? 'ready' : 'creating';
    return describe(stored, { status, token: '<hidden>', publicKey: '' });
  }
}

function describe(
  { target, issued, description }: StoredToken,
  shown: Pick<TokenShown, 'status' | 'token' | 'publicKey'>,
): object {
  return tokenReply(target, issued, { ...shown, description });
}
