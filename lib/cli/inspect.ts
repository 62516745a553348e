import { DEFAULT_KEY } from '../redis/redis-revocation-log.js';
import { readFileSync } from 'node:fs';
import {
  type ContainerIdentity,
  readContainerIdentity,
  type ScalewayEnvironment,
} from '../container/container-identity.js';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { type Command, type CommandIo, parseOptions, UsageError } from './command.js';
import { denyListOf } from './deny-list.js';
import { type InspectionReport, reportOn } from './inspection-report.js';
import { findLocalContainer } from './local-container.js';
import { readPastedToken } from './pasted-token.js';
import { printable } from './printable.js';
import { readInput } from './read-input.js';
import { readRules, ruleOptions } from './rule-options.js';

const STORE_VARIABLE = 'REVOCATION_STORE_URL';

const WHILE_DEV_RUNS =
  'While dev runs: paste the export line that it printed into this terminal, and inspect uses the container that it runs.\n';

const usage = `Usage: nestjs-scaleway-auth inspect [TOKEN | -] [options]

Decodes a token and shows check by check whether a container accepts it, and why. It uses the guard's code.

The token is read from stdin, which keeps it out of the shell's history. You can also pass it as an argument. "Bearer",
quotes, a header name and line breaks that were pasted with the token are recognised.

The container is described by the SCW_* variables. Without them, it is the container that dev runs, if SCW_API_URL and
SCW_SECRET_KEY are set from the line that dev printed.

Container:
  --container-id ID        replaces SCW_APPLICATION_ID, or selects another container of the local platform
  --namespace-id ID        replaces SCW_NAMESPACE_ID
  --public-key-file FILE   a PEM file, replaces SCW_PUBLIC_KEY

Options of the module; use the same values as the container:
  --require-expiry         requireExpiry
  --max-token-age SECONDS  maxTokenAge
  --clock-tolerance SECONDS, --max-token-length CHARACTERS,
  --issuer NAME, --require-issuer, --audience NAME, --require-audience

Deny list:
  --store URL              as for revoke (default: ${STORE_VARIABLE}; without either, the deny list is not checked)
  --store-key NAME         as --key for revoke (default: ${DEFAULT_KEY})

Output:
  --json                   prints an object with accepted, status, reason, remedy, notes, checks, header and payload

The exit code is 0 if the container accepts the token, 1 if it refuses the token, and 2 if the container's variables or
the command line are wrong.

Examples:
  nestjs-scaleway-auth inspect < token.txt
  pbpaste | nestjs-scaleway-auth inspect --public-key-file key.pem --container-id "$ID"
  nestjs-scaleway-auth issue --container-id "$ID" | nestjs-scaleway-auth inspect --json
`;

const options = {
  'public-key-file': { type: 'string' },
  'namespace-id': { type: 'string' },
  'container-id': { type: 'string' },
  store: { type: 'string' },
  'store-key': { type: 'string', default: DEFAULT_KEY },
  json: { type: 'boolean' },
} as const;

export const command: Command = {
  name: 'inspect',
  summary: 'shows whether a container accepts a token, and why',
  usage,
  async run(argv, io) {
    const { values, positionals } = parseOptions({
      args: argv,
      options: { ...options, ...ruleOptions },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new UsageError('Give one token.');
    const rules = readRules(values);
    try {
      const { environment, ids } = await containerOf(io.env, values);
      const identity = readContainerIdentity(environment);
      if (identity.public) {
        io.stdout.write('Accepted: SCW_PUBLIC is true, so this container is public and checks nothing.\n');
        return 0;
      }
      const [argument] = positionals;
      const pasted = readPastedToken(argument === undefined || argument === '-' ? await readInput(io) : argument);
      const url = values.store ?? io.env[STORE_VARIABLE];
      const inspected = url
        ? reportOn(pasted, identity, rules, await denyListOf(url, values['store-key']))
        : reportOn(pasted, identity, rules);
      const report = { ...inspected, notes: [...inspected.notes, ...otherContainer(inspected, identity, ids)] };
      io.stdout.write(values.json ? asJson(report) : asText(report, identity, io));
      return report.accepted ? 0 : 1;
    } catch (error) {
      if (!(error instanceof ScalewayAuthConfigurationError)) throw error;
      io.stderr.write(`${error.message}\n`);
      if (io.env['SCW_PUBLIC_KEY'] === undefined && io.env['SCW_API_URL'] === undefined)
        io.stderr.write(WHILE_DEV_RUNS);
      return 2;
    }
  },
};

interface ContainerValues {
  readonly 'public-key-file'?: string | undefined;
  readonly 'namespace-id'?: string | undefined;
  readonly 'container-id'?: string | undefined;
}

/** The container to check the token for, and the ids of all containers of the local platform. */
async function containerOf(
  env: NodeJS.ProcessEnv,
  { 'public-key-file': file, 'namespace-id': namespaceId, 'container-id': containerId }: ContainerValues,
): Promise<{ environment: ScalewayEnvironment; ids: readonly string[] }> {
  const isDescribed = file !== undefined || env['SCW_PUBLIC_KEY'] !== undefined || env['SCW_PUBLIC'] !== undefined;
  const local = isDescribed ? undefined : await findLocalContainer(env, containerId);
  const { environment = env, ids = [] } = local ?? {};
  return {
    environment: {
      SCW_PUBLIC: environment['SCW_PUBLIC'],
      SCW_PUBLIC_KEY: file === undefined ? environment['SCW_PUBLIC_KEY'] : readKeyFile(file),
      SCW_NAMESPACE_ID: namespaceId ?? environment['SCW_NAMESPACE_ID'],
      SCW_APPLICATION_ID: containerId ?? environment['SCW_APPLICATION_ID'],
    },
    ids,
  };
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The file of --public-key-file cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** A note for a token of another container of the local platform, which would accept it. */
function otherContainer(
  { payload }: InspectionReport,
  identity: ContainerIdentity,
  ids: readonly string[],
): readonly string[] {
  const claim = payload?.['application_claim'];
  const named = Array.isArray(claim)
    ? (claim[0] as { application_id?: unknown } | undefined)?.application_id
    : undefined;
  if (typeof named !== 'string' || !ids.includes(named)) return [];
  if (identity.public || identity.applicationId === named) return [];
  return [
    `The token is for the container ${named} of this local platform. To check it there: --container-id ${named}.`,
  ];
}

function asJson(report: InspectionReport): string {
  return `${printable(JSON.stringify(report, null, 2))}\n`;
}

const MARKS = { passed: ['✓', 32], failed: ['✗', 31], 'not reached': ['·', 90] } as const;

function asText(report: InspectionReport, identity: ContainerIdentity, io: CommandIo): string {
  const paint = io.stdout.isTTY && !io.env['NO_COLOR'];
  const checks = report.checks.map(({ name, outcome }) => {
    const [mark, colour] = MARKS[outcome];
    const line = `  ${mark} ${name}${outcome === 'passed' ? '' : ` (${outcome})`}`;
    return paint ? `\u001B[${colour}m${line}\u001B[0m` : line;
  });
  const { header, payload, times, notes, reason, status, remedy } = report;
  const ids = identity.public
    ? []
    : [`container ${identity.applicationId ?? '(no id)'}`, `namespace ${identity.namespaceId ?? '(no id)'}`];
  const described = [
    ...notes.map((note) => `Note: ${note}`),
    ...(header === undefined ? [] : ['Header', `  ${JSON.stringify(header)}`]),
    ...(payload === undefined ? [] : ['Payload', JSON.stringify(payload, null, 2).replace(/^/gm, '  ')]),
    ...(times === undefined ? [] : ['Times', ...times.map((time) => `  ${time}`)]),
    `Checks, by ${ids.join(' of ')}`,
  ].map(printable);
  const accepted = `Accepted by this container${notes.length > 0 ? ', if it is sent as the notes say' : ''}.`;
  const verdict = reason === null ? accepted : `Refused with ${status}, ${reason}: ${remedy}.`;
  return `${[...described, ...checks, '', verdict].join('\n')}\n`;
}
