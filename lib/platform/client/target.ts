import { ScalewayPlatformError } from './scaleway-platform-error.js';

/**
 * What a token opens: exactly one of a container, all containers of a namespace, a function, or all functions of a namespace.
 * Namespaces of containers and of functions are different resources with different APIs.
 *
 * @example
 * const target: ScalewayTarget = { containerId: '6f4a1a0e-3f0e-4d3e-9f0e-0c9d3c7b2a11' };
 *
 * @publicApi
 */
export type ScalewayTarget =
  OnlyOne<'namespaceId'> | OnlyOne<'containerId'> | OnlyOne<'functionId'> | OnlyOne<'functionNamespaceId'>;

type TargetKey = 'namespaceId' | 'containerId' | 'functionId' | 'functionNamespaceId';
type OnlyOne<K extends TargetKey> = { readonly [P in K]: string } & { readonly [P in Exclude<TargetKey, K>]?: never };

/**
 * The API that a token belongs to.
 *
 * @publicApi
 */
export type ScalewayProduct = 'containers' | 'functions';

/** A target in the terms of the API. */
export interface ApiTarget {
  readonly product: ScalewayProduct;
  readonly parameter: string;
  readonly id: string;
}

const KEYS: Readonly<Record<TargetKey, Pick<ApiTarget, 'product' | 'parameter'>>> = {
  namespaceId: { product: 'containers', parameter: 'namespace_id' },
  containerId: { product: 'containers', parameter: 'container_id' },
  functionId: { product: 'functions', parameter: 'function_id' },
  functionNamespaceId: { product: 'functions', parameter: 'namespace_id' },
};

/** Requires exactly one id. With two, Scaleway would decide which one the token opens. */
export function checkTarget(target: ScalewayTarget): ApiTarget {
  const given = Object.entries(target ?? {}).filter(([, id]) => id !== undefined);
  const [key, id] = given[0] ?? [];
  if (given.length !== 1 || key === undefined || !Object.hasOwn(KEYS, key)) {
    const found = given.length === 0 ? 'none' : given.map(([name]) => name).join(', ');
    throw new ScalewayPlatformError(
      'invalid_argument',
      `Pass exactly one of ${Object.keys(KEYS).join(', ')} to say what the token opens (found: ${found}).`,
    );
  }
  return { ...KEYS[key as TargetKey], id: checkId(id, key) };
}

/** Ids are UUIDs today, but this is not guaranteed. So this only rejects values that cannot be ids or would change the request's path. */
export function checkId(value: unknown, name: string): string {
  if (typeof value === 'string' && /^(?!\.+$)[!-.0-~]{1,200}$/u.test(value)) return value;
  const hint =
    typeof value === 'string' && /^[a-z]{2}-[a-z]{3}\//u.test(value)
      ? ' (leave out the region before the slash, as Terraform writes it, and pass it as region)'
      : '';
  throw new ScalewayPlatformError(
    'invalid_argument',
    `${name} must be an id like 6f4a1a0e-3f0e-4d3e-9f0e-0c9d3c7b2a11, without spaces or slashes${hint}.`,
  );
}
