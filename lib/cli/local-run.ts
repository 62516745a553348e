import type { LocalContainer } from '../platform/index.js';
import { UsageError } from './command.js';
import { ConsolePlatform } from './console/console.js';
import { containerEnvironment } from './container-environment.js';
import { ContainerPort } from './container-port.js';
import { assertContainerPortFree, parsePort } from './ports.js';
import { ProcessTree } from './process-tree.js';
import { supervise } from './supervise.js';

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
  /** Whether to add a second container in the namespace, and a container in another namespace, at the start. */
  withSibling?: boolean | undefined;
  /**
   * Called when everything is ready, right before the command starts.
   *
   * @param ended aborted when the command has ended
   */
  onStart(place: LocalPlace, ended: AbortSignal): void | Promise<void>;
  /** Called once if the command listens on another port and not on `PORT`. */
  onOtherPort?(port: number, expected: number): void;
}

/** Where the command runs. */
export interface LocalPlace {
  platform: ConsolePlatform;
  container: LocalContainer;
  /** With `withSibling`. */
  others?: { sibling: LocalContainer; stranger: LocalContainer };
  /** The port that the container should listen on. */
  port: number;
}

/**
 * Runs a command as a private container on a new local platform.
 *
 * @returns the command's exit code, or 128 + n after signal n
 * @throws UsageError if `PORT` is not a port number
 * @throws Error if a port is in use or the command cannot be started; nothing is left running
 */
export async function runOnLocalPlatform(options: LocalRunOptions): Promise<number> {
  const { command, env, platformPort, namespaceId, containerId, secretKey } = options;
  const port = parsePort(env['PORT'] || '8080', 'PORT', 1);
  if (port === platformPort) {
    throw new UsageError(`The container's port (PORT) and the platform's port are both ${port}: change one of them.`);
  }
  await assertContainerPortFree(port);
  const platform = new ConsolePlatform({ port: platformPort, ...(secretKey !== undefined && { secretKey }) });
  await platform.start();
  const ended = new AbortController();
  try {
    const namespace = await platform.addNamespace({ ...(namespaceId !== undefined && { id: namespaceId }) });
    const container = platform.addContainer(namespace, { ...(containerId !== undefined && { id: containerId }) });
    const injected = platform.environmentOf(container);
    // A line of the key, which is new for each run, and looks the same in every listing of an environment.
    const tree = new ProcessTree(injected.SCW_PUBLIC_KEY.split('\n')[2] ?? '');
    const containerPort = new ContainerPort(port, tree);
    const tokens = platform.run(container, containerPort);
    const others = options.withSibling
      ? { sibling: tokens.getSibling(), stranger: await tokens.getStranger() }
      : undefined;
    await options.onStart({ platform, container, port, ...(others && { others }) }, ended.signal);
    void containerPort.watch(ended.signal, (other) => options.onOtherPort?.(other, port));
    const reporting = platform.refusals.environment(command, env, platform.url);
    return await supervise(command, containerEnvironment(env, injected, port, reporting), tree);
  } finally {
    ended.abort();
    await platform.stop();
  }
}
