import { checkApiUrl, checkRegion } from '../platform/client/api-url.js';
import { checkExpiresAt } from '../platform/client/expires-at.js';
import type { ScalewayIssuedToken } from '../platform/client/issued-token.js';
import type { OptionNames } from '../platform/client/option-names.js';
import { ScalewayPlatformError } from '../platform/client/scaleway-platform-error.js';
import { ScalewayTokenClient } from '../platform/client/scaleway-token-client.js';
import { checkId, type ScalewayTarget } from '../platform/client/target.js';
import { parseOptions, UsageError, type Command, type CommandIo } from './command.js';
import { parseDuration } from './duration.js';

const TARGETS = {
  'namespace-id': 'namespaceId',
  'container-id': 'containerId',
  'function-id': 'functionId',
  'function-namespace-id': 'functionNamespaceId',
} as const;

const NAMES: OptionNames = {
  region: '--region',
  apiUrl: '--api-url',
  secretKey: undefined,
  expiresAt: '--expires-at',
  tokensApi: '--api tokens',
};

const APIS = ['issue-jwt', 'tokens'] as const;

// parseArgs allows each several times, so that a second one is rejected here instead of silently replacing the first.
const text = { type: 'string', multiple: true } as const;

export const command: Command = {
  name: 'issue',
  summary: 'gets a token from Scaleway and prints it',
  usage: `
Usage: nestjs-scaleway-auth issue <target> [options]

Gets a JSON Web Token for a private container or function from Scaleway. Only the token is written to stdout.

Target (exactly one):
  --container-id ID           one container
  --namespace-id ID           every container of a namespace
  --function-id ID            one function
  --function-namespace-id ID  every function of a namespace

Options:
  --expires-in DURATION  lifetime: 90s, 30m, 12h, 7d, 1h30m (default: the token never expires)
  --expires-at TIME      expiry, with a time zone: 2030-01-31T18:00:00Z
  --api API              issue-jwt, or tokens for a token with a record that you can delete (default: issue-jwt)
  --region REGION        fr-par, nl-ams or pl-waw (default: SCW_DEFAULT_REGION, or the profile's)
  --profile NAME         profile in Scaleway's configuration file (default: SCW_PROFILE, or the file's active profile)
  --api-url URL          https, or http to this machine (default: SCW_API_URL, or the profile's, or Scaleway's)
  --json                 prints an object with token, public_key, issued_at, expires_at, and with --api tokens the id

The API key's secret is read from SCW_SECRET_KEY, or from the file that \`scw init\` writes (SCW_CONFIG_PATH, or
~/.config/scw/config.yaml; requires \`npm install yaml\`). There is no option for the secret, because it would stay in the
shell's history.

Examples:
  nestjs-scaleway-auth issue --container-id 6f4a1a0e-3f0e-4d3e-9f0e-0c9d3c7b2a11 --expires-in 12h
  curl -H "X-Auth-Token: $(nestjs-scaleway-auth issue --container-id "$ID" --expires-in 5m)" "$URL"
  nestjs-scaleway-auth issue --namespace-id "$ID" --expires-at 2030-01-31T18:00:00+01:00 --json
  nestjs-scaleway-auth issue --container-id "$ID" --api tokens --expires-in 7d
`,
  async run(argv, io) {
    const options = readOptions(argv);
    const { profile, region, apiUrl, expiresAt, target } = options;
    if (profile !== undefined && io.env['SCW_SECRET_KEY']) {
      say(io, "SCW_SECRET_KEY is set and overrides the profile's key, as in Scaleway's own tools.", 'warning');
    }
    const client = new ScalewayTokenClient({ profile, region, apiUrl }, NAMES);
    const issued: Issued =
      options.api === 'tokens'
        ? await client.createToken(target, { expiresAt, description: 'nestjs-scaleway-auth issue' })
        : await client.issueJwt(target, { expiresAt });
    io.stdout.write(`${options.json ? asJson(issued) : issued.token}\n`);
    if (expiresAt === undefined)
      say(io, 'This token never expires. For one that does, add for example --expires-in 12h.', 'warning');
    if (io.stderr.isTTY && issued.expiresAt) say(io, `Valid until ${issued.expiresAt.toISOString()}.`, 'remark');
    if (io.stderr.isTTY && issued.id) say(io, `Its record at Scaleway has the id ${issued.id}.`, 'remark');
    return 0;
  },
};

type Issued = ScalewayIssuedToken & { readonly id?: string };

interface IssueOptions {
  readonly target: ScalewayTarget;
  readonly api: (typeof APIS)[number];
  readonly expiresAt: string | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly apiUrl: string | undefined;
  readonly json: boolean;
}

function readOptions(args: string[]): IssueOptions {
  const { values } = parseOptions({
    args,
    options: {
      'namespace-id': text,
      'container-id': text,
      'function-id': text,
      'function-namespace-id': text,
      'expires-at': text,
      'expires-in': text,
      api: text,
      region: text,
      profile: text,
      'api-url': text,
      json: { type: 'boolean' },
    },
  });
  const { json = false, ...texts } = values;
  const one = (name: keyof typeof texts): string | undefined => {
    const [value, ...more] = texts[name] ?? [];
    if (more.length > 0) throw new UsageError(`--${name} may only be given once.`);
    if (value === '') throw new UsageError(`--${name} has an empty value.`);
    return value;
  };
  const region = one('region');
  const apiUrl = one('api-url');
  return refusedAsUsage(() => ({
    target: readTarget(one),
    api: readApi(one('api')),
    expiresAt: readExpiry(one('expires-at'), one('expires-in')),
    region: region && checkRegion(region, '--region'),
    profile: one('profile'),
    apiUrl: apiUrl && checkApiUrl(apiUrl, '--api-url'),
    json,
  }));
}

function readTarget(one: (name: keyof typeof TARGETS) => string | undefined): ScalewayTarget {
  const names = (Object.keys(TARGETS) as (keyof typeof TARGETS)[]).filter((name) => one(name) !== undefined);
  const [name] = names;
  if (name === undefined || names.length > 1) {
    const all = Object.keys(TARGETS).map((option) => `--${option}`);
    throw new UsageError(`Give exactly one of ${all.join(', ')}.`);
  }
  return { [TARGETS[name]]: checkId(one(name), `--${name}`) } as unknown as ScalewayTarget;
}

function readApi(value: string | undefined): IssueOptions['api'] {
  const api = APIS.find((name) => name === (value ?? APIS[0]));
  if (api === undefined) throw new UsageError(`--api must be ${APIS.join(' or ')}.`);
  return api;
}

function readExpiry(at: string | undefined, within: string | undefined): string | undefined {
  const now = Date.now();
  if (at !== undefined && within !== undefined) throw new UsageError('Give --expires-at or --expires-in, not both.');
  if (at !== undefined) return checkExpiresAt(at, now, '--expires-at');
  if (within === undefined) return undefined;
  const seconds = parseDuration(within);
  if (seconds === undefined) {
    throw new UsageError('--expires-in must be a duration like 90s, 30m, 12h, 7d or 1h30m, up to 36500d.');
  }
  // Rounded up to whole seconds. Scaleway would round down, and a token of 1s would already be expired.
  return checkExpiresAt(new Date(Math.ceil(now / 1000 + seconds) * 1000), now, '--expires-in');
}

/** Errors of the client before any request are mistakes on the command line. */
function refusedAsUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ScalewayPlatformError ? new UsageError(error.message) : error;
  }
}

function asJson({ token, publicKey, issuedAt, expiresAt, id }: Issued): string {
  const times = { issued_at: issuedAt?.toISOString() ?? null, expires_at: expiresAt?.toISOString() ?? null };
  return JSON.stringify({ token, public_key: publicKey ?? null, ...times, id }, undefined, 2);
}

const COLOURS = { warning: '\u001b[33m', remark: '\u001b[2m' };

function say(io: CommandIo, line: string, kind: keyof typeof COLOURS): void {
  // https://no-color.org: any value except an empty one.
  const coloured = io.stderr.isTTY && !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb';
  io.stderr.write(coloured ? `${COLOURS[kind]}${line}\u001b[0m\n` : `${line}\n`);
}
