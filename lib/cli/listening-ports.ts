import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * The TCP ports that these processes listen on, in ascending order.
 *
 * @returns undefined if the system does not provide them
 */
export function listeningPorts(pids: readonly number[]): number[] | undefined {
  const ports = process.platform === 'linux' ? fromProc(pids) : fromLsof(pids);
  return ports && [...new Set(ports)].toSorted((one, other) => one - other);
}

function fromProc(pids: readonly number[]): number[] | undefined {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(read).filter((table) => table !== undefined);
  if (tables.length === 0) return undefined;
  const portOf = new Map(tables.flatMap(listeningSockets));
  return pids.flatMap(socketsOf).flatMap((inode) => portOf.get(inode) ?? []);
}

const LISTEN = '0A';

// man 5 proc_net: "sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode".
function listeningSockets(table: string): [inode: string, port: number][] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return state === LISTEN ? [[inode, Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16)]] : [];
  });
}

function socketsOf(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    // The process has ended, or belongs to another user.
    return [];
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

// macOS. -F n: one line "n<address>:<port>" for each socket.
function fromLsof(pids: readonly number[]): number[] | undefined {
  const args = ['-nP', '-a', '-iTCP', '-sTCP:LISTEN', '-p', pids.join(','), '-Fn'];
  const { stdout, error } = spawnSync('lsof', args, { encoding: 'utf8' });
  if (error) return undefined;
  return [...stdout.matchAll(/^n\S*:(\d+)$/gm)].map(([, port]) => Number(port));
}
