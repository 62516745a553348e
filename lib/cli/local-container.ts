import type { ScalewayEnvironment } from '../container/container-identity.js';
import { LOCAL_CONTAINERS, type LocalContainersReply } from '../platform/local/local-scaleway-platform.js';
import { UsageError } from './command.js';

const TIMEOUT_MS = 5000;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** A container of a running local platform. */
export interface FoundContainer {
  readonly environment: ScalewayEnvironment;
  /** The ids of all containers of the platform, including this one. */
  readonly ids: readonly string[];
}

/**
 * Gets a container's environment from the local platform at `SCW_API_URL`: the container with the id, or the first one, which
 * `dev` runs.
 *
 * @returns undefined if `SCW_API_URL` does not point to this machine; Scaleway's API does not return these variables
 * @throws UsageError if there is no such container
 * @throws Error if the platform does not answer, or is not a local platform
 */
export async function findLocalContainer(
  env: NodeJS.ProcessEnv,
  id: string | undefined,
): Promise<FoundContainer | undefined> {
  const url = env['SCW_API_URL'] ?? '';
  if (!isLoopback(url)) return undefined;
  const { containers } = await ask(url.replace(/\/+$/, ''), env['SCW_SECRET_KEY'] ?? '');
  const ids = containers.map((container) => container.id);
  const found = containers.find((container) => container.id === (id ?? ids[0]));
  if (found) return { environment: found.environment, ids };
  if (id === undefined) throw new Error(`The local platform at ${url} has no container.`);
  throw new UsageError(`The local platform at ${url} has no container "${id}". It has: ${ids.join(', ')}.`);
}

async function ask(url: string, key: string): Promise<LocalContainersReply> {
  let response: Response;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    // fetch's error for a key with a line break would quote the key.
    const headers = { 'X-Auth-Token': /^[\x21-\x7e]*$/.test(key) ? key : '' };
    response = await fetch(url + LOCAL_CONTAINERS, { headers, signal, redirect: 'error' });
  } catch (error) {
    throw new Error(
      `${url} (SCW_API_URL) does not answer. Is dev still running? Its lines are valid for one run only.`,
      {
        cause: error,
      },
    );
  }
  if (response.status === 401 || response.status === 403) {
    throw new Error(`${url} (SCW_API_URL) refuses SCW_SECRET_KEY. Paste the line that dev printed for this run.`);
  }
  const reply = (await response.json().catch(() => undefined)) as Partial<LocalContainersReply> | undefined;
  if (response.ok && Array.isArray(reply?.containers)) return reply as LocalContainersReply;
  throw new Error(`${url} (SCW_API_URL) is not a local platform: it has no ${LOCAL_CONTAINERS}.`);
}

/** Whether this is http to this machine, as the URL of a local platform. The key is sent nowhere else. */
function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && LOOPBACK.test(hostname);
}
