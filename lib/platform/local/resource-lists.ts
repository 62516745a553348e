import { type Arguments, pageOf, text } from './api-arguments.js';
import { invalidArgument, notFound } from './api-error.js';
import type { Inventory, LocalContainer, LocalNamespace } from './inventory.js';
import type { Product } from './token-store.js';

/** What a read-only call of the API reads. */
export interface ListScope {
  readonly inventory: Inventory;
  readonly product: Product;
  readonly region: string;
  readonly projectId: string;
}

const ORDERS = ['created_at_asc', 'created_at_desc', 'name_asc', 'name_desc'] as const;

/** `GET …/namespaces`. */
export function listNamespaces(scope: ListScope, given: Arguments): object {
  const name = text(given, 'name');
  const namespaces = scope.inventory.namespaces().filter(({ id }) => name === undefined || id === name);
  const { items, total_count } = listed(namespaces, given);
  return { namespaces: items.map((namespace) => namespaceReply(namespace, scope)), total_count };
}

/** `GET …/namespaces/{id}`. */
export function getNamespace(scope: ListScope, id: string): object {
  const namespace = scope.inventory.find('namespace', id);
  if (namespace?.kind !== 'namespace') throw notFound('Namespace');
  return namespaceReply(namespace, scope);
}

/** `GET …/containers` and `GET …/functions`, by the product. */
export function listRunnables(scope: ListScope, given: Arguments): object {
  const { inventory, product } = scope;
  const name = text(given, 'name');
  const namespaceId = text(given, 'namespace_id');
  if (namespaceId !== undefined && !inventory.find('namespace', namespaceId)) throw notFound('Namespace');
  const runnables = inventory
    .runnables(kindOf(product))
    .filter(({ id, namespace }) => (namespaceId ?? namespace.id) === namespace.id && (name ?? id) === id);
  const { items, total_count } = listed(runnables, given);
  return { [product]: items.map((runnable) => runnableReply(runnable, scope)), total_count };
}

/** `GET …/containers/{id}` and `GET …/functions/{id}`. */
export function getRunnable(scope: ListScope, id: string): object {
  const kind = kindOf(scope.product);
  const runnable = scope.inventory.runnables(kind).find((each) => each.id === id);
  if (!runnable) throw notFound(kind === 'container' ? 'Container' : 'Function');
  return runnableReply(runnable, scope);
}

function kindOf(product: Product): LocalContainer['kind'] {
  return product === 'containers' ? 'container' : 'function';
}

function listed<T extends { readonly id: string }>(all: T[], given: Arguments): { items: T[]; total_count: number } {
  const order = text(given, 'order_by') ?? 'created_at_asc';
  if (!(ORDERS as readonly string[]).includes(order)) {
    throw invalidArgument('order_by', 'constraint', `must be one of ${ORDERS.join(', ')}`);
  }
  const sorted = order.startsWith('name') ? all.toSorted((one, other) => (one.id < other.id ? -1 : 1)) : all;
  const ordered = order.endsWith('_desc') ? sorted.toReversed() : sorted;
  return { items: pageOf(ordered, given), total_count: all.length };
}

// Only the fields that Scaleway's clients use to find a resource; nothing runs here.
function namespaceReply({ id }: LocalNamespace, { region, projectId }: ListScope): object {
  return { id, name: id, environment_variables: {}, project_id: projectId, status: 'ready', region };
}

function runnableReply({ id, namespace }: LocalContainer, { region }: ListScope): object {
  return {
    id,
    name: id,
    namespace_id: namespace.id,
    status: 'ready',
    environment_variables: {},
    privacy: 'private',
    region,
  };
}
