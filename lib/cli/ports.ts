import { once } from 'node:events';
import { createServer } from 'node:net';
import { UsageError } from './command.js';

/** @throws UsageError that names the setting, if the text is not a port number from `min` to 65535 */
export function parsePort(text: string, setting: string, min: 0 | 1): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < min || port > 65_535) throw new UsageError(`${setting} must be a port number from ${min} to 65535.`);
  return port;
}

// All interfaces, as a container listens, and each loopback address separately. On some systems the first is free although
// another program uses one of the others, and local calls would reach that program.
const ADDRESSES = ['::', '0.0.0.0', '127.0.0.1', '::1'];
const NO_SUCH_ADDRESS = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/** @throws Error that names the port, if a container cannot listen on it */
export async function assertContainerPortFree(port: number): Promise<void> {
  for (const host of ADDRESSES) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, because they are the same port
    const code = await tryToListen(port, host);
    if (code === 'EADDRINUSE') {
      throw new Error(
        `Port ${port}, which the container needs, is in use: stop the program that listens there, or set PORT to another port.`,
      );
    }
    if (code !== undefined && !NO_SUCH_ADDRESS.has(code)) {
      throw new Error(`The container cannot listen on port ${port} (${code}): set PORT to another port.`);
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
