import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { root } from '../../support/process.js';

/** Of the server. */
interface Rates {
  readonly commandsPerSecond: number;
  readonly cpuPercent: number;
  readonly bytesPerSecond: number;
}

/** What was measured with so many entries and replicas. */
export interface Measured {
  readonly entries: number;
  readonly replicas: number;
  readonly atRest: Rates;
  /** With polls as often as from some thousand replicas. */
  readonly busy: Rates;
  /** Of the stream on the server. */
  readonly memoryBytes: number;
  /** From the acknowledgement until a replica refuses, in order. */
  readonly seenMs: readonly number[];
  readonly start: {
    readonly startMs: number;
    readonly delayP99Ms: number;
    readonly heapBytes: number;
    readonly checkNs: number;
  };
}

/** Sources other than this run. */
const BEFORE: Readonly<Record<number, string>> = {
  1000: '19,847; 34 %; 0.6 s',
  10_000: '16,405; 31 %; 8.2 s',
  100_000: 'not reached',
};
/** Polls of one replica, a second: one each 0.38 to 0.42 seconds. */
const POLLS_PER_SECOND = 2.5;
const COMMANDS_PER_POLL = 2.25;
const MANY = { replicas: 5000, entries: 10_000_000 };

export async function writeReport(measured: readonly Measured[]): Promise<void> {
  const text = await format(`${head()}${table(measured)}\n\n${estimate(measured.at(-1)!)}`, {
    parser: 'markdown',
    printWidth: 120,
    singleQuote: true,
  });
  writeFileSync(join(root, 'docs/revocation-scale.md'), text);
}

function head(): string {
  return `# Revoking tokens: scale

<!-- Written by npm run test:redis -- --scale -->

A real Redis with an append-only file (\`everysec\`), one whole replica, and 49 that poll as replicas do, all on a machine with ${cpus().length} cores that others use too. Commands and CPU are Redis's own figures (\`INFO\`) over 10 seconds; times depend on the machine.

`;
}

function table(measured: readonly Measured[]): string {
  const round = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });
  const rows: [string, (of: Measured) => string][] = [
    ['commands a second', ({ atRest }) => round(atRest.commandsPerSecond)],
    ['CPU of Redis, % of a core', ({ atRest }) => round(atRest.cpuPercent, 1)],
    ['sent by Redis, kB a second', ({ atRest }) => round(atRest.bytesPerSecond / 1000)],
    ['memory of the list on Redis, MB', ({ memoryBytes }) => round(memoryBytes / 1e6, 1)],
    ['an entry is known after: median, ms', ({ seenMs }) => round(seenMs[Math.floor(seenMs.length / 2)]!)],
    ['the same, longest of 20, ms', ({ seenMs }) => round(seenMs.at(-1)!)],
    ['start of a replica, ms', ({ start }) => round(start.startMs)],
    ['event-loop delay while it starts, p99, ms', ({ start }) => round(start.delayP99Ms, 1)],
    ['memory of the list in a replica, MB', ({ start }) => round(start.heapBytes / 1e6, 1)],
    ['cost on a request, us', ({ start }) => round(start.checkNs / 1000, 2)],
    ['with the key-value store of the first version: commands; CPU; longest', ({ entries }) => BEFORE[entries] ?? ''],
  ];
  return [
    `| entries | ${measured.map(({ entries }) => round(entries)).join(' | ')} |`,
    `|---|${measured.map(() => '--:').join('|')}|`,
    ...rows.map(([name, of]) => `| ${name} | ${measured.map(of).join(' | ')} |`),
  ].join('\n');
}

/** On paper, from the cost of a poll and of an entry. */
function estimate({ atRest, busy, memoryBytes, entries, start }: Measured): string {
  const busyPolls = busy.commandsPerSecond / COMMANDS_PER_POLL;
  const microsPerPoll = (busy.cpuPercent / 100 / busyPolls) * 1e6;
  const bytesPerPoll = atRest.bytesPerSecond / (atRest.commandsPerSecond / COMMANDS_PER_POLL);
  const onServer = memoryBytes / entries;
  const inReplica = start.heapBytes / entries;
  const microsPerEntry = (start.startMs / entries) * 1000;
  const manyPolls = MANY.replicas * POLLS_PER_SECOND;
  const round = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });
  return `## On paper: more replicas, more entries, several regions

Measured above, with 100,000 entries: at ${round(busyPolls)} polls a second a poll costs Redis ${round(microsPerPoll)} us of CPU and ${round(bytesPerPoll)} bytes; an entry takes ${round(onServer)} bytes on Redis, ${round(inReplica)} bytes in a replica, and ${round(microsPerEntry)} us when a replica starts.

| | ${round(MANY.replicas)} replicas, 100,000 entries | ${round(MANY.replicas)} replicas, ${round(MANY.entries)} entries |
|---|--:|--:|
| polls a second | ${round(manyPolls)} | the same |
| CPU of Redis, % of a core | ${round((manyPolls * microsPerPoll) / 1e4)} | the same |
| sent by Redis at rest, MB a second | ${round((manyPolls * bytesPerPoll) / 1e6, 1)} | the same |
| sent for one new entry | ${round((MANY.replicas * 150) / 1e6, 2)} MB | the same |
| memory on Redis, GB | ${round((onServer * 1e5) / 1e9, 2)} | ${round((onServer * MANY.entries) / 1e9, 1)} |
| memory in a replica, MB | ${round((inReplica * 1e5) / 1e6)} | ${round((inReplica * MANY.entries) / 1e6)} |
| start of a replica, s | ${round((microsPerEntry * 1e5) / 1e6, 1)} | ${round((microsPerEntry * MANY.entries) / 1e6)} |
| all replicas start at once: sent by Redis, GB | ${round((MANY.replicas * onServer * 1e5) / 1e9)} | ${round((MANY.replicas * onServer * MANY.entries) / 1e9)} |

- **One Redis carries 5,000 replicas at rest**, with ${round((manyPolls * microsPerPoll) / 1e4)} % of its one core. Set \`maxclients\` above its default of 10,000 before there are more.
- **Entries are the limit, not replicas.** Ten million entries fit into no small container. Two things come first: let tokens expire, so that entries end, and answer a large incident with \`issuedBefore\`, which is one entry however many tokens it means.
- **Polling or blocking.** Blocking reads would save the polls at rest, and would need a second connection or a poll to tell silence from a dead connection; they are worth writing when polls take more than half a core, which is beyond ${round(0.5e6 / microsPerPoll / POLLS_PER_SECOND, 0)} replicas on one server.
- **What to shard.** A list belongs to a container, so that each container's key can live on a server of its own; nothing is shared between keys. A single container's list is one stream and stays on one server. For more readers put the list on several servers by hashing the entry's \`id\`, and read all of them: the merge does not depend on order.
- **Several regions.** One server for all: a replica far away polls with the same commands, and knows an entry one round trip later. Or one server for each region, and revoke in each: the lists are merged by nobody, and an operator sees by the exit code which region has acknowledged. A read replica of Redis in each region is refused as a store, since it may lag without knowing it.
`;
}
