import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type Arguments,
  bodyArguments,
  expiresAt,
  optionalTarget,
  queryArguments,
  target,
  text,
} from './api-arguments.js';
import { ApiError, deniedAuthentication, invalidArgument, notFound, permissionsDenied } from './api-error.js';
import type { Inventory, LocalTarget } from './inventory.js';
import { getNamespace, getRunnable, listNamespaces, listRunnables, type ListScope } from './resource-lists.js';
import { tokenReply } from './token-reply.js';
import type { Product, TokenStore } from './token-store.js';
import { isUuid } from './uuid.js';

/** The parts of an HTTP request that the API reads. */
export interface ApiRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  /** The `X-Auth-Token` header. */
  key: string | undefined;
  /** Reads the body; called once, and only for calls with a body. */
  body(): Promise<string>;
}

/** The secret keys that the API knows. */
export interface ApiAccount {
  /** Has all permissions. */
  readonly secretKey: string;
  /** Is valid, but has no permissions. */
  readonly unprivilegedSecretKey: string;
  readonly projectId: string;
}

const ROUTE = /^\/(containers|functions)\/v1beta1\/regions\/(fr-par|nl-ams|pl-waw)\/(.*)$/s;

// Scaleway's documentation has a functions URL with container_id, so issue-jwt accepts it there; the tokens API does not.
const ISSUE_KINDS: Record<Product, LocalTarget['kind'][]> = {
  containers: ['container', 'namespace'],
  functions: ['function', 'container', 'namespace'],
};
const TOKEN_KINDS: Record<Product, LocalTarget['kind'][]> = {
  containers: ['container', 'namespace'],
  functions: ['function', 'namespace'],
};

/** The part of Scaleway's API that is about tokens, without HTTP. All three regions share one inventory. */
export class Api {
  constructor(
    private readonly inventory: Inventory,
    private readonly tokens: TokenStore,
    private readonly account: ApiAccount,
  ) {}

  /**
   * @returns the body of a 200
   * @throws ApiError for any other status
   */
  async answer(request: ApiRequest): Promise<object> {
    const [path = '', query = ''] = request.url.split(/\?(.*)/s, 2);
    const [, product = '', region = '', rest = ''] = ROUTE.exec(path) ?? [];
    this.authorize(request.key, product || 'containers', request.method === 'GET' ? 'read' : 'write');
    if (!isProduct(product)) throw notFound('Path');
    const { inventory } = this;
    const calls = this.callsOf({ inventory, product, region, projectId: this.account.projectId }, rest, query, request);
    if (calls === undefined) throw notFound('Path');
    const call = Object.hasOwn(calls, request.method) ? calls[request.method] : undefined;
    if (!call) throw new ApiError(405, { message: 'Method not allowed' }, { Allow: Object.keys(calls).join(', ') });
    return call();
  }

  /** @throws ApiError (401 or 403) if the key is not the one with all permissions */
  authorize(key: string | undefined, resource: string, action: 'read' | 'write'): void {
    if (key === undefined || !isUuid(key)) throw deniedAuthentication('invalid_argument');
    if (equalSecrets(key, this.account.unprivilegedSecretKey)) throw permissionsDenied(resource, action);
    if (!equalSecrets(key, this.account.secretKey)) throw deniedAuthentication('not_found');
  }

  /** The calls of the path after the region, by method; undefined if there is no such path. */
  private callsOf(scope: ListScope, rest: string, query: string, request: ApiRequest): Calls | undefined {
    const { product } = scope;
    const [resource, id, within, ...more] = rest.split('/');
    if (more.length > 0 || id === '') return undefined;
    if (within !== undefined) {
      // The older form of …/containers?namespace_id=, which `serverless jwt` still calls.
      if (resource !== 'namespaces' || id === undefined || within !== product) return undefined;
      return { GET: () => listRunnables(scope, { ...queryArguments(query), namespace_id: id }) };
    }
    if (resource === 'issue-jwt' && id === undefined) return { GET: () => this.issueJwt(product, query) };
    if (resource === 'namespaces') {
      return { GET: () => (id === undefined ? listNamespaces(scope, queryArguments(query)) : getNamespace(scope, id)) };
    }
    if (resource === product) {
      return { GET: () => (id === undefined ? listRunnables(scope, queryArguments(query)) : getRunnable(scope, id)) };
    }
    if (resource !== 'tokens') return undefined;
    if (id !== undefined) {
      return { GET: () => this.tokens.get(product, id), DELETE: () => this.tokens.delete(product, id) };
    }
    return {
      GET: () => this.listTokens(product, query),
      POST: async () => this.createToken(product, await request.body()),
    };
  }

  private async issueJwt(product: Product, query: string): Promise<object> {
    const given = queryArguments(query);
    const wanted = target(given, ISSUE_KINDS[product], this.inventory);
    const issued = await this.inventory.issue(wanted, expiresAt(given));
    const { token, publicKey } = issued;
    return tokenReply(wanted, issued, { token, publicKey, status: 'ready', description: '' });
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
    const given: Arguments = queryArguments(query);
    const order = text(given, 'order_by') ?? 'created_at_asc';
    if (order !== 'created_at_asc' && order !== 'created_at_desc') {
      throw invalidArgument('order_by', 'constraint', 'must be created_at_asc or created_at_desc');
    }
    return this.tokens.list(product, {
      target: optionalTarget(given, TOKEN_KINDS[product], this.inventory),
      newestFirst: order === 'created_at_desc',
      given,
    });
  }
}

/** By method. */
type Calls = Record<string, () => object | Promise<object>>;

function isProduct(product: string): product is Product {
  return product === 'containers' || product === 'functions';
}

// Compares digests, because timingSafeEqual needs equal lengths, and so that the length of the secret is not revealed.
function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
