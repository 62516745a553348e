import { ScalewayRevocations } from '../revocation/scaleway-revocations.js';
import type { Revocation, RevocationRequest } from '../revocation/revocation.js';
import { type Command, type CommandIo, parseOptions, UsageError } from './command.js';
import { openStore } from './open-store.js';
import { readInput } from './read-input.js';

const STORE_VARIABLE = 'REVOCATION_STORE_URL';
const DEFAULT_NAMESPACE = 'scaleway-auth';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  store: text,
  'store-namespace': { ...text, default: DEFAULT_NAMESPACE },
  token: flag,
  'token-id': text,
  fingerprint: text,
  'issued-before': text,
  list: flag,
  undo: text,
  scope: text,
  'expires-at': text,
  json: flag,
};

export const command: Command = {
  name: 'revoke',
  summary: 'puts tokens on the deny list that containers share',
  usage: `
Usage: nestjs-scaleway-auth revoke <what> [--store URL] [options]

Changes the deny list of containers with the option \`revocation: { store }\`. All replicas know it within a second.

What, exactly one:
  --token               the token that is read from stdin
  --token-id ID         the token with this jti
  --fingerprint HEX     the token with this SHA-256
  --issued-before TIME  every token issued before, as 2030-01-31T18:00:00Z, or "now"
  --list                prints the list, and changes nothing
  --undo ID             takes an entry off the list, by the id that was printed

Options:
  --store URL             redis, rediss, valkey, postgres, mysql, mongodb or sqlite (default: ${STORE_VARIABLE}, which keeps
                          a password out of the shell's history); takes keyv and the @keyv package for it
  --store-namespace NAME  that of the Keyv in the containers (default: ${DEFAULT_NAMESPACE})
  --scope SCOPE           with --issued-before: namespace or application tokens alone (default: all)
  --expires-at TIME       with --token-id and --fingerprint: when the token ends, and its entry with it (default: never)
  --json                  prints entries as JSON

Examples:
  nestjs-scaleway-auth revoke --token --store "$URL" < token.txt
  nestjs-scaleway-auth revoke --issued-before now --scope namespace
  nestjs-scaleway-auth revoke --list --json
`,
  async run(argv, io) {
    const { values } = parseOptions({ args: argv, options: OPTIONS });
    const url = values.store ?? io.env[STORE_VARIABLE];
    const action = await readAction(values, io);
    if (!url) throw new UsageError(`Name the store with --store, or in ${STORE_VARIABLE}.`);
    const store = await openStore(url, values['store-namespace']);
    if (typeof store.iterator !== 'function') throw new UsageError('A store of this kind cannot list what it holds.');
    const revocations = new ScalewayRevocations({ store }, { log() {}, error() {} });
    try {
      await revocations.start();
      if (!revocations.isCurrent) throw new Error('The store of revocations cannot be reached. Nothing was changed.');
      return await action(revocations, io);
    } finally {
      // A store that is away may not answer to this either.
      await Promise.race([revocations.stop(), new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
      // Clients of stores may go on trying to connect for ever.
      setTimeout(() => process.exit(), 1000).unref();
    }
  },
};

type Values = ReturnType<typeof parseOptions<{ options: typeof OPTIONS }>>['values'];
type Action = (revocations: ScalewayRevocations, io: CommandIo) => Promise<number>;

const ACTIONS = ['token', 'token-id', 'fingerprint', 'issued-before', 'list', 'undo'] as const;

async function readAction(values: Values, io: CommandIo): Promise<Action> {
  const given = ACTIONS.filter((name) => values[name] !== undefined);
  const [name] = given;
  if (name === undefined || given.length > 1)
    throw new UsageError(`Give exactly one of ${ACTIONS.map((action) => `--${action}`).join(', ')}.`);
  if (values.scope !== undefined && name !== 'issued-before')
    throw new UsageError('--scope goes with --issued-before.');
  if (values['expires-at'] !== undefined && name !== 'token-id' && name !== 'fingerprint')
    throw new UsageError('--expires-at goes with --token-id and --fingerprint.');

  const json = values.json ?? false;
  if (name === 'list') return (revocations, { stdout }) => print(revocations.list(), json, stdout);
  if (name === 'undo') return (revocations, output) => undo(revocations, values.undo!, output);
  const request = await readRequest(name, values, io);
  return async (revocations, { stdout }) => print([await asUsage(revocations.revoke(request))], json, stdout);
}

async function readRequest(name: string, values: Values, io: CommandIo): Promise<RevocationRequest> {
  const expiresAt = values['expires-at'] === undefined ? undefined : readTime('--expires-at', values['expires-at']);
  if (name === 'token') return { token: await readInput(io) };
  if (name === 'token-id') return { tokenId: values['token-id']!, expiresAt };
  if (name === 'fingerprint') return { fingerprint: values.fingerprint!, expiresAt };
  const before = values['issued-before']!;
  const issuedBefore = before === 'now' ? new Date() : readTime('--issued-before', before);
  return { issuedBefore, scope: values.scope as 'namespace' | undefined };
}

function readTime(option: string, value: string): Date {
  const date = new Date(/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(value) ? value : Number.NaN);
  if (Number.isNaN(date.getTime()))
    throw new UsageError(`${option} must be a time with its zone: 2030-01-31T18:00:00Z.`);
  return date;
}

/** What the service refuses as malformed is, here, a mistake on the command line. */
async function asUsage<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

async function undo(revocations: ScalewayRevocations, id: string, { stderr }: CommandIo): Promise<number> {
  if (await revocations.undo(id)) return 0;
  stderr.write('There is no such entry on the list.\n');
  return 1;
}

async function print(entries: readonly Revocation[], json: boolean, stdout: NodeJS.WritableStream): Promise<number> {
  const iso = (time: number | undefined) => (time === undefined ? null : new Date(time).toISOString());
  for (const { id, until, before } of entries) {
    const times = { before: iso(before), until: iso(until) };
    const words = [
      JSON.stringify(id).slice(1, -1),
      times.before && `before ${times.before}`,
      times.until && `until ${times.until}`,
    ];
    stdout.write(json ? `${JSON.stringify({ id, ...times })}\n` : `${words.filter(Boolean).join('  ')}\n`);
  }
  return 0;
}
