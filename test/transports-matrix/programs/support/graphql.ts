import { ApolloDriver, ApolloFederationDriver } from '@nestjs/apollo';
import { type Caller, type Seen, whoseClaims } from './callers.js';
import { platform } from './application.js';

type Options = Record<string, unknown>;

/** What GraphQLModule is driven by, and the options that it needs. */
export interface Library {
  readonly name: string;
  readonly options: Options;
}

const APOLLO: Options = {
  driver: ApolloDriver,
  playground: false,
  allowBatchedHttpRequests: true,
  csrfPrevention: false,
};

/** The libraries that run on this platform, and for this version of Nest. */
export async function libraries(): Promise<Library[]> {
  const found = [{ name: 'Apollo', options: APOLLO }];
  const { MercuriusDriver } = await loadMercurius();
  if (MercuriusDriver)
    found.push({ name: 'Mercurius', options: { driver: MercuriusDriver, allowBatchedQueries: true } });
  if (MercuriusDriver)
    found.push({
      name: 'Mercurius, compiled',
      options: { driver: MercuriusDriver, allowBatchedQueries: true, jit: 1 },
    });
  const { YogaDriver } = await optional('@graphql-yoga/nestjs');
  if (YogaDriver) found.push({ name: 'Yoga', options: { driver: YogaDriver, batching: { limit: 20 } } });
  return found;
}

/** The libraries that run a subgraph of a federation. */
export async function federationLibraries(): Promise<Library[]> {
  const found: Library[] = [{ name: 'Apollo', options: { ...APOLLO, driver: ApolloFederationDriver } }];
  const { MercuriusFederationDriver } = await loadMercurius();
  if (MercuriusFederationDriver) found.push({ name: 'Mercurius', options: { driver: MercuriusFederationDriver } });
  return found;
}

/** Mercurius runs on Fastify alone. */
export function loadMercurius(): Promise<any> {
  return platform === 'fastify' ? optional('@nestjs/mercurius') : Promise.resolve({});
}

async function optional(name: string): Promise<any> {
  try {
    return await import(name);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return {};
  }
}

export interface Answer {
  readonly data?: Record<string, any> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Sends one operation, or several at once. */
export async function send(
  url: string,
  body: unknown,
  headers: Record<string, string> | [string, string][] = {},
): Promise<any> {
  const sent = new Headers(headers);
  sent.set('Content-Type', 'application/json');
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: sent, body: JSON.stringify(body) });
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `${answer.status} ${text}` }] };
  }
}

export const tokenHeader = ({ token }: Caller): Record<string, string> =>
  token === undefined ? {} : { 'X-Auth-Token': token };

/** The words for an answer: whose claims each field had, or how it was refused. */
export function outcome(caller: Caller, { data, errors }: Answer, read: (data: any) => readonly Seen[]): string {
  if (errors !== undefined) {
    const { message, extensions } = errors[0]!;
    if (message === 'Unauthorized' && extensions?.code === 'UNAUTHENTICATED') return 'refused 401';
    if (message === 'Forbidden' && extensions?.code === 'FORBIDDEN') return 'refused 403';
    return message;
  }
  const words = new Set(read(data).map((seen) => whoseClaims(caller, seen)));
  return [...words].join(' and ');
}
