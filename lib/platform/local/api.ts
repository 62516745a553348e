import { createHash, timingSafeEqual } from 'node:crypto';
import {
  bodyArguments,
  expiresAt,
  optionalTarget,
  queryArguments,
  target,
  text,
  wholeNumber,
} from './api-arguments.js';
import { ApiError, deniedAuthentication, invalidArgument, notFound, permissionsDenied } from './api-error.js';
import type { Inventory, LocalTarget } from './inventory.js';
import type { Product, TokenStore } from './token-store.js';
import { isUuid } from './uuid.js';

/** One HTTP request, as far as the API looks at it. */
export interface ApiRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  /** The `X-Auth-Token` header. */
  key: string | undefined;
  /** Reads the body, once, and only when a call has one. */
  body(): Promise<string>;
}

export interface ApiKeys {
  /** May do everything. */
  secretKey: string;
  /** Is known, and may do nothing. */
  unprivilegedSecretKey: string;
}

const ROUTE =
  /^\/(containers|functions)\/v1beta1\/regions\/(?:fr-par|nl-ams|pl-waw)\/(issue-jwt|tokens)(?:\/([^/]+))?$/;
const MAX_PAGE = 1_000_000;
const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;

// The documentation writes a functions URL with container_id, so issue-jwt takes it there too; the tokens API does not.
const ISSUE_KINDS: Record<Product, LocalTarget['kind'][]> = {
  containers: ['container', 'namespace'],
  functions: ['function', 'container', 'namespace'],
};
const TOKEN_KINDS: Record<Product, LocalTarget['kind'][]> = {
  containers: ['container', 'namespace'],
  functions: ['function', 'namespace'],
};

/** Scaleway's issuing APIs, without HTTP: the same three regions, all of them over one inventory. */
export class Api {
  constructor(
    private readonly inventory: Inventory,
    private readonly tokens: TokenStore,
    private readonly keys: ApiKeys,
  ) {}

  /**
   * @returns the body of a 200
   * @throws ApiError for any other status
   */
  async answer(request: ApiRequest): Promise<object> {
    const [path = '', query = ''] = request.url.split(/\?(.*)/s, 2);
    const [, product, resource, id] = ROUTE.exec(path) ?? [];
    const action = request.method === 'GET' ? 'read' : 'write';
    this.authorize(request.key, product ?? 'containers', action);
    if (!isProduct(product)) throw notFound('Path');

    if (resource === 'issue-jwt') {
      if (id !== undefined) throw notFound('Path');
      return only(request, { GET: () => this.issueJwt(product, query) });
    }
    if (id !== undefined) {
      return only(request, {
        GET: () => this.tokens.get(product, id),
        DELETE: () => this.tokens.delete(product, id),
      });
    }
    return only(request, {
      GET: () => this.listTokens(product, query),
      POST: async () => this.createToken(product, await request.body()),
    });
  }

  private authorize(key: string | undefined, resource: string, action: 'read' | 'write'): void {
    if (key === undefined || !isUuid(key)) throw deniedAuthentication('invalid_argument');
    if (equalSecrets(key, this.keys.unprivilegedSecretKey)) throw permissionsDenied(resource, action);
    if (!equalSecrets(key, this.keys.secretKey)) throw deniedAuthentication('not_found');
  }

  private async issueJwt(product: Product, query: string): Promise<object> {
    const given = queryArguments(query);
    const wanted = target(given, ISSUE_KINDS[product], this.inventory);
    const { token, publicKey } = await this.inventory.issue(wanted, expiresAt(given));
    return { token, public_key: publicKey };
  }

  private async createToken(product: Product, body: string): Promise<object> {
    const given = bodyArguments(body);
    const wanted = target(given, TOKEN_KINDS[product], this.inventory);
    const expiry = expiresAt(given);
    const description = text(given, 'description') ?? '';
    this.tokens.refuseWhenFull();
    return this.tokens.add(product, wanted, await this.inventory.issue(wanted, expiry), description);
  }

  private listTokens(product: Product, query: string): object {
    const given = queryArguments(query);
    const order = text(given, 'order_by') ?? 'created_at_asc';
    if (order !== 'created_at_asc' && order !== 'created_at_desc') {
      throw invalidArgument('order_by', 'constraint', 'must be created_at_asc or created_at_desc');
    }
    return this.tokens.list(product, {
      target: optionalTarget(given, TOKEN_KINDS[product], this.inventory),
      newestFirst: order === 'created_at_desc',
      page: wholeNumber(given, 'page', 1, MAX_PAGE),
      pageSize: wholeNumber(given, 'page_size', DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE),
    });
  }
}

type Call = () => object | Promise<object>;

function only({ method }: ApiRequest, calls: Record<string, Call>): object | Promise<object> {
  const call = Object.hasOwn(calls, method) ? calls[method] : undefined;
  if (!call) throw new ApiError(405, { message: 'Method not allowed' }, { Allow: Object.keys(calls).join(', ') });
  return call();
}

function isProduct(product: string | undefined): product is Product {
  return product === 'containers' || product === 'functions';
}

// Over digests: timingSafeEqual needs equal lengths, and the length of the secret is nobody's business either.
function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
