import { readFileSync } from 'node:fs';
import { readContainerIdentity, type ScalewayEnvironment } from '../container/container-identity.js';
import { statusOf } from '../refusal/refusal-reasons.js';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { tokenRules } from '../module/token-rules.js';
import { type Command, type CommandIo, parseOptions, UsageError } from './command.js';
import { decodeToken } from './decoded-token.js';
import { type Inspection, inspectToken } from './inspection.js';
import { readInput } from './read-input.js';
import { REMEDIES } from './remedies.js';

const usage = `Usage: nestjs-scaleway-auth inspect [TOKEN | -] [options]

Decodes a token and says, check by check, what this container would answer to it and why, by the guard's own code. The
container is that of the SCW_* environment, with what the options replace.

The token is read from stdin, so that it stays out of the shell's history; as an argument it is taken too.

Options:
  --public-key-file FILE   a PEM, in the place of SCW_PUBLIC_KEY
  --namespace-id ID        in the place of SCW_NAMESPACE_ID
  --container-id ID        in the place of SCW_APPLICATION_ID
  --require-expiry         as the module's option requireExpiry
  --max-token-age SECONDS  as the module's option maxTokenAge
  --json                   prints an object with accepted, status, reason, checks, header and payload

The exit code is 0 when the token is let in, 1 when it is refused, 2 when the container or the command line is set up wrongly.

Examples:
  nestjs-scaleway-auth inspect < token.txt
  pbpaste | nestjs-scaleway-auth inspect --public-key-file key.pem --container-id "$ID"
  nestjs-scaleway-auth issue --container-id "$ID" | nestjs-scaleway-auth inspect --json
`;

const options = {
  'public-key-file': { type: 'string' },
  'namespace-id': { type: 'string' },
  'container-id': { type: 'string' },
  'require-expiry': { type: 'boolean' },
  'max-token-age': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const command: Command = {
  name: 'inspect',
  summary: 'says what this container would answer to a token, and why',
  usage,
  async run(argv, io) {
    const { values, positionals } = parseOptions({ args: argv, options, allowPositionals: true });
    if (positionals.length > 1) throw new UsageError('Give one token.');
    const environment = environmentOf(io.env, values);
    const maxTokenAge = values['max-token-age'] === undefined ? undefined : Number(values['max-token-age']);
    try {
      const rules = tokenRules({ requireExpiry: values['require-expiry'] ?? false, maxTokenAge, cacheSize: 0 });
      const identity = readContainerIdentity(environment);
      if (identity.public) {
        io.stdout.write('Let in: SCW_PUBLIC is true, so this container is public and checks nothing.\n');
        return 0;
      }
      const [argument] = positionals;
      const token = argument === undefined || argument === '-' ? await readInput(io) : argument.trim();
      const inspection = inspectToken(token, identity, rules);
      io.stdout.write(values.json ? json(token, inspection) : text(token, inspection, io));
      return inspection.reason === undefined ? 0 : 1;
    } catch (error) {
      if (!(error instanceof ScalewayAuthConfigurationError)) throw error;
      io.stderr.write(`${error.message}\n`);
      return 2;
    }
  },
};

type Values = { [name in keyof typeof options]?: string | boolean | undefined };

function environmentOf(env: NodeJS.ProcessEnv, values: Values): ScalewayEnvironment {
  const file = values['public-key-file'] as string | undefined;
  let key = env['SCW_PUBLIC_KEY'];
  try {
    if (file !== undefined) key = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The file of --public-key-file cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  return {
    SCW_PUBLIC: env['SCW_PUBLIC'],
    SCW_PUBLIC_KEY: key,
    SCW_NAMESPACE_ID: (values['namespace-id'] as string | undefined) ?? env['SCW_NAMESPACE_ID'],
    SCW_APPLICATION_ID: (values['container-id'] as string | undefined) ?? env['SCW_APPLICATION_ID'],
  };
}

function json(token: string, { reason, checks }: Inspection): string {
  const status = reason === undefined ? 200 : statusOf(reason);
  const result = { accepted: reason === undefined, status, reason: reason ?? null, checks, ...decodeToken(token) };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function text(token: string, { reason, checks }: Inspection, io: CommandIo): string {
  const paint = io.stdout.isTTY && !io.env['NO_COLOR'];
  const marks = { passed: ['✓', 32], failed: ['✗', 31], 'not reached': ['·', 90] } as const;
  const lines = checks.map(({ name, outcome }) => {
    const [mark, colour] = marks[outcome];
    const line = `  ${mark} ${name}${outcome === 'passed' ? '' : ` (${outcome})`}`;
    return paint ? `\u001B[${colour}m${line}\u001B[0m` : line;
  });
  const { header, payload, times } = decodeToken(token);
  const shown = [
    ...(header === undefined ? [] : ['Header', `  ${JSON.stringify(header)}`]),
    ...(payload === undefined ? [] : ['Payload', JSON.stringify(payload, null, 2).replace(/^/gm, '  ')]),
    ...(times === undefined ? [] : ['Times', ...times.map((time) => `  ${time}`)]),
  ];
  const verdict =
    reason === undefined
      ? 'Let in: this container would answer the request.'
      : `Refused with ${statusOf(reason)}, ${reason}: ${REMEDIES[reason]}.`;
  return `${[...shown, 'Checks', ...lines, '', verdict].join('\n')}\n`;
}
