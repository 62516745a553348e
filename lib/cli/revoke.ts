import { DEFAULT_KEY } from '../redis/redis-revocation-log.js';
import { parseDateTime } from '../platform/rfc3339.js';
import type { RevocationRequest } from '../revocation/revocation.js';
import { type Command, type CommandIo, parseOptions, UsageError } from './command.js';
import { openStore } from './open-store.js';
import { readInput } from './read-input.js';
import { compact, list, revoke, undo, type RevokeAction } from './revoke-actions.js';

const STORE_VARIABLE = 'REVOCATION_STORE_URL';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  store: text,
  key: { ...text, default: DEFAULT_KEY },
  'wait-replicas': { ...text, default: '0' },
  token: flag,
  'token-id': text,
  fingerprint: text,
  'issued-before': text,
  list: flag,
  undo: text,
  compact: flag,
  scope: text,
  'expires-at': text,
  new: flag,
  json: flag,
};

export const command: Command = {
  name: 'revoke',
  summary: 'puts tokens on the deny list that containers share',
  usage: `
Usage: nestjs-scaleway-auth revoke <what> [--store URL] [options]

Changes the deny list of containers with the option \`revocation: { store }\`. Each replica knows it within a second.

What, exactly one:
  --token               the token that is read from stdin; refused if it is none of the container of SCW_PUBLIC_KEY,
                        SCW_NAMESPACE_ID and SCW_APPLICATION_ID, where those are set
  --token-id ID         the token with this jti
  --fingerprint HEX     the token with this SHA-256
  --issued-before TIME  every token issued before, as 2030-01-31T18:00:00Z, or "now"
  --list                prints the list, and changes nothing
  --undo ID             takes an entry off the list, by the id that was printed
  --compact             rewrites the list without what has ended, was undone or was put back twice

Options:
  --store URL        redis, rediss, valkey or unix (default: ${STORE_VARIABLE}, which keeps a password out of the
                     shell's history); takes the package redis or ioredis
  --key NAME         the key of the containers' RedisRevocationLog (default: ${DEFAULT_KEY})
  --wait-replicas N  fails unless so many of the server's replicas acknowledge the change (default: 0)
  --scope SCOPE      with --issued-before: namespace or application tokens alone (default: all)
  --expires-at TIME  with --token-id and --fingerprint: when the token ends, and its entry with it (default: never)
  --new              begins a list where there is none; without it, a wrong --key is an error
  --json             prints entries as JSON

The exit code is 0 when the server has acknowledged the change and the output is written, 1 when one of these failed (the
message says which), 2 for a wrong command line.

Examples:
  nestjs-scaleway-auth revoke --token --store "$URL" < token.txt
  nestjs-scaleway-auth revoke --issued-before now --scope namespace
  nestjs-scaleway-auth revoke --list --json
`,
  async run(argv, io) {
    const { values } = parseOptions({ args: argv, options: OPTIONS });
    const action = await readAction(values, io);
    const url = values.store ?? io.env[STORE_VARIABLE];
    if (!url) throw new UsageError(`Name the store with --store, or in ${STORE_VARIABLE}.`);
    const store = openStore(url, {
      key: values.key,
      waitReplicas: readCount('--wait-replicas', values['wait-replicas']),
    });
    try {
      return await action(store, io);
    } finally {
      await store.close();
    }
  },
};

type Values = ReturnType<typeof parseOptions<{ options: typeof OPTIONS }>>['values'];

const ACTIONS = ['token', 'token-id', 'fingerprint', 'issued-before', 'list', 'undo', 'compact'] as const;

async function readAction(values: Values, io: CommandIo): Promise<RevokeAction> {
  const given = ACTIONS.filter((name) => values[name] !== undefined);
  const [name] = given;
  if (name === undefined || given.length > 1)
    throw new UsageError(`Give exactly one of ${ACTIONS.map((action) => `--${action}`).join(', ')}.`);
  if (values.scope !== undefined && name !== 'issued-before')
    throw new UsageError('--scope goes with --issued-before.');
  if (values['expires-at'] !== undefined && name !== 'token-id' && name !== 'fingerprint')
    throw new UsageError('--expires-at goes with --token-id and --fingerprint.');
  if (values.new === true && ['list', 'undo', 'compact'].includes(name))
    throw new UsageError('--new goes with what adds an entry.');

  const json = values.json ?? false;
  if (name === 'list') return list(json);
  if (name === 'compact') return compact();
  if (name === 'undo') return undo(values.undo!);
  return revoke(await readRequest(name, values, io), { json, begins: values.new ?? false });
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
  const date = parseDateTime(value);
  if (date === undefined) throw new UsageError(`${option} must be a time with its zone: 2030-01-31T18:00:00Z.`);
  return date;
}

function readCount(option: string, value: string): number {
  if (!/^\d{1,3}$/.test(value)) throw new UsageError(`${option} must be a whole number.`);
  return Number(value);
}
