import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KeyvLike } from '../revocation/revocation-store.js';
import { UsageError } from './command.js';

/** The packages that speak to a store, by the scheme of its URL. */
const ADAPTERS: Readonly<Record<string, string>> = {
  'redis:': '@keyv/redis',
  'rediss:': '@keyv/redis',
  'valkey:': '@keyv/valkey',
  'postgres:': '@keyv/postgres',
  'postgresql:': '@keyv/postgres',
  'mysql:': '@keyv/mysql',
  'mongodb:': '@keyv/mongo',
  'sqlite:': '@keyv/sqlite',
};

/**
 * Opens the Keyv that containers share.
 *
 * @throws UsageError for a URL that none is for; it may hold a password, so it is not repeated
 * @throws Error when a package is missing, saying what to install
 */
export async function openStore(url: string, namespace: string): Promise<KeyvLike> {
  const scheme = URL.canParse(url) ? new URL(url).protocol : '';
  const adapter = Object.hasOwn(ADAPTERS, scheme) ? ADAPTERS[scheme] : undefined;
  if (adapter === undefined)
    throw new UsageError(`The store's URL must begin with one of ${Object.keys(ADAPTERS).join(', ')}.`);
  const [Keyv, Store] = await Promise.all([load('keyv', 'Keyv'), load(adapter)]);
  return new Keyv(new Store(url), { namespace }) as KeyvLike;
}

type Constructor = new (...args: unknown[]) => unknown;

/** From the folder in which the command was given: the packages are the user's, and need not be this package's neighbours. */
async function load(name: string, exported?: string): Promise<Constructor> {
  let loaded: Record<string, unknown>;
  try {
    const path = createRequire(join(process.cwd(), 'package.json')).resolve(name);
    loaded = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error(`This store needs the package ${name}: npm install keyv ${name === 'keyv' ? '' : name}`.trimEnd(), {
      cause: error,
    });
  }
  // A CommonJS module that was compiled from an ES module has its default export one level down.
  const outer = loaded['default'] as Record<string, unknown> | Constructor | undefined;
  const inner = (outer as Record<string, unknown> | undefined)?.['default'];
  const found = (exported !== undefined && loaded[exported]) || inner || outer;
  return found as Constructor;
}
