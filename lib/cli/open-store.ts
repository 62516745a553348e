import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type LoadPackage, loadPackage } from '../redis/client-for-url.js';
import { RedisRevocationLog } from '../redis/index.js';
import { UsageError } from './command.js';

/** A terminal has no requests to answer in between, and a distant server is asked less often this way. */
const PAGE_SIZE = 10_000;

/**
 * Opens the log that containers share. Nothing is connected yet.
 *
 * @throws UsageError for a URL that no store is for; it may hold a password, so it is not repeated
 */
export function openStore(url: string, options: { key: string; waitReplicas: number }): RedisRevocationLog {
  try {
    return new RedisRevocationLog({ url, ...options }, loadFromHere, PAGE_SIZE);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

/** From the folder in which the command was given: the package is the user's, and need not be this package's neighbour. */
const loadFromHere: LoadPackage = async (name) => {
  let path: string;
  try {
    path = createRequire(join(process.cwd(), 'package.json')).resolve(name);
  } catch {
    return loadPackage(name);
  }
  return import(pathToFileURL(path).href);
};
