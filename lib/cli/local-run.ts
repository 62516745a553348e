import { LocalScalewayPlatform, type LocalContainer } from '../platform/index.js';
import { containerEnvironment } from './container-environment.js';
import { assertContainerPortFree, parsePort } from './ports.js';
import { supervise } from './supervise.js';
import { UsageError } from './command.js';

export interface LocalRunOptions {
  /** The program and its arguments. */
  command: string[];
  /** The shell's environment; the container's port is its `PORT`, or 8080. */
  env: NodeJS.ProcessEnv;
  /** 0 takes any free port. */
  platformPort: number;
  namespaceId?: string | undefined;
  containerId?: string | undefined;
  secretKey?: string | undefined;
  /**
   * Called when everything is ready, right before the command starts.
   *
   * @param ended aborted when the command has ended
   */
  onStart(place: LocalPlace, ended: AbortSignal): void | Promise<void>;
}

/** Where the command runs. */
export interface LocalPlace {
  platform: LocalScalewayPlatform;
  container: LocalContainer;
  /** The one that the container is to listen on. */
  port: number;
}

/**
 * Runs a command as a private container on a local platform of its own.
 *
 * @returns the command's exit code, or 128 + n after signal n
 * @throws UsageError for a `PORT` that is none
 * @throws Error when a port is in use or the command cannot be started; nothing is left running
 */
export async function runOnLocalPlatform(options: LocalRunOptions): Promise<number> {
  const { command, env, platformPort, namespaceId, containerId, secretKey } = options;
  const port = parsePort(env['PORT'] || '8080', 'PORT', 1);
  if (port === platformPort) {
    throw new UsageError(`The container's port (PORT) and the platform's are both ${port}: change one of them.`);
  }
  await assertContainerPortFree(port);
  const platform = new LocalScalewayPlatform({ port: platformPort, ...(secretKey !== undefined && { secretKey }) });
  await platform.start();
  const ended = new AbortController();
  try {
    const namespace = await platform.addNamespace({ ...(namespaceId !== undefined && { id: namespaceId }) });
    const container = platform.addContainer(namespace, { ...(containerId !== undefined && { id: containerId }) });
    const injected = platform.environmentOf(container);
    await options.onStart({ platform, container, port }, ended.signal);
    // A line of the key, which is fresh for each run, and is written alike wherever an environment is listed.
    const mark = injected.SCW_PUBLIC_KEY.split('\n')[2] ?? '';
    return await supervise(command, containerEnvironment(env, injected, port), mark);
  } finally {
    ended.abort();
    await platform.stop();
  }
}
