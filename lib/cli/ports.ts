import { once } from 'node:events';
import { createServer } from 'node:net';
import { UsageError } from './command.js';

/** @throws UsageError, naming the setting, when the text is no port number from `min` to 65535 */
export function parsePort(text: string, setting: string, min: 0 | 1): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < min || port > 65_535) throw new UsageError(`${setting} must be a port number from ${min} to 65535.`);
  return port;
}

// All interfaces, as a container listens, and each loopback address by itself: some systems let the first be taken
// while another program holds one of the others, and local calls would then reach that program.
const ADDRESSES = ['::', '0.0.0.0', '127.0.0.1', '::1'];
const NO_SUCH_ADDRESS = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/** @throws Error that names the port when a container could not listen on it */
export async function assertContainerPortFree(port: number): Promise<void> {
  for (const host of ADDRESSES) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: they are the same port
    const code = await tryToListen(port, host);
    if (code === 'EADDRINUSE') {
      throw new Error(
        `Port ${port}, which the container is to listen on, is in use: stop what listens there, or set PORT to another.`,
      );
    }
    if (code !== undefined && !NO_SUCH_ADDRESS.has(code)) {
      throw new Error(`The container could not listen on port ${port} (${code}): set PORT to another.`);
    }
  }
}

async function tryToListen(port: number, host: string): Promise<string | undefined> {
  const server = createServer().listen({ port, host, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
  server.close();
  await once(server, 'close');
  return undefined;
}
