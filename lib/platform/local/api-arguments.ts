import { invalidArgument, notFound } from './api-error.js';
import { parseExpiresAt } from './expires-at.js';
import type { Inventory, LocalTarget } from './inventory.js';

/** The arguments of one call by name, from its query or its JSON body. */
export type Arguments = Record<string, unknown>;

export function queryArguments(query: string): Arguments {
  const parameters = new URLSearchParams(query);
  const found: Arguments = {};
  for (const [name, value] of parameters) {
    if (Object.hasOwn(found, name)) throw invalidArgument(name, 'constraint', 'must be given once');
    found[name] = value;
  }
  return found;
}

export function bodyArguments(body: string): Arguments {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw invalidArgument('body', 'format', 'must be JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalidArgument('body', 'format', 'must be a JSON object');
  }
  return parsed as Arguments;
}

/** The text of an argument. As in Scaleway's API, an empty text and null count as absent. */
export function text(given: Arguments, name: string): string | undefined {
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw invalidArgument(name, 'format', 'must be a string');
  return value;
}

function wholeNumber(given: Arguments, name: string, fallback: number, max: number): number {
  const value = text(given, name);
  if (value === undefined) return fallback;
  const number = /^\d{1,10}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > max) throw invalidArgument(name, 'constraint', `must be a number from 1 to ${max}`);
  return number;
}

const MAX_PAGE = 1_000_000;
const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;

/** The page of a list that the arguments `page` and `page_size` select. */
export function pageOf<T>(all: readonly T[], given: Arguments): T[] {
  const page = wholeNumber(given, 'page', 1, MAX_PAGE);
  const pageSize = wholeNumber(given, 'page_size', DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  return all.slice((page - 1) * pageSize, page * pageSize);
}

/** A time in the past is accepted, so that you can see how a container refuses an expired token. */
export function expiresAt(given: Arguments): Date | undefined {
  const value = text(given, 'expires_at');
  if (value === undefined) return undefined;
  const date = parseExpiresAt(value);
  if (date) return date;
  const help = 'must be an RFC 3339 time such as 2030-01-31T12:00:00Z (in a URL, write the + of a zone as %2B)';
  throw invalidArgument('expires_at', 'format', help);
}

/** The one namespace, container or function that the arguments name. */
export function target(given: Arguments, kinds: LocalTarget['kind'][], inventory: Inventory): LocalTarget {
  const found = optionalTarget(given, kinds, inventory);
  if (found) return found;
  const names = kinds.map((kind) => `${kind}_id`);
  throw invalidArgument(names[0] ?? 'namespace_id', 'required', `exactly one of ${names.join(', ')} must be given`);
}

/** Like {@link target}, but may be absent. */
export function optionalTarget(
  given: Arguments,
  kinds: LocalTarget['kind'][],
  inventory: Inventory,
): LocalTarget | undefined {
  const named = kinds.filter((kind) => text(given, `${kind}_id`) !== undefined);
  const [kind, second] = named;
  if (kind === undefined) return undefined;
  if (second !== undefined) {
    const others = named.map((name) => `${name}_id`).join(' and ');
    throw invalidArgument(`${second}_id`, 'constraint', `${others} exclude each other`);
  }
  const found = inventory.find(kind, text(given, `${kind}_id`) ?? '');
  if (!found) throw notFound(kind.charAt(0).toUpperCase() + kind.slice(1));
  return found;
}
