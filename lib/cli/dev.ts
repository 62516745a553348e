import { parseArgs } from 'node:util';
import { isUuid } from '../platform/local/uuid.js';
import { parseOptions, quoted, UsageError, type Command, type CommandIo } from './command.js';
import { runOnLocalPlatform, type LocalPlace } from './local-run.js';
import { parsePort } from './ports.js';

const DEFAULT_PLATFORM_PORT = '8081';
// Any id that fits into an environment variable and a URL's parameter.
const ID = /^[\x21-\x7e]{1,200}$/;
const TOKEN_LIFETIME_MS = 86_400_000;

const options = {
  'platform-port': { type: 'string', default: DEFAULT_PLATFORM_PORT },
  'namespace-id': { type: 'string' },
  'container-id': { type: 'string' },
  'secret-key': { type: 'string' },
  'with-sibling': { type: 'boolean' },
} as const;

export const command: Command = {
  name: 'dev',
  summary: 'runs a command as a private container on a local Scaleway platform',
  usage: `
Usage: nestjs-scaleway-auth dev [options] -- <command> [arguments]

Runs the command with the environment of a private Scaleway container (SCW_PUBLIC, SCW_PUBLIC_KEY, SCW_NAMESPACE_ID,
SCW_APPLICATION_ID, PORT). Serves the API that issues its tokens, and a console for the browser, on this machine only.
The keys are new for each run. Other SCW_* variables of your shell are not passed to the command.

Options:
  --platform-port PORT  port of the issuing API and the console on 127.0.0.1; 0 for any free port (default: ${DEFAULT_PLATFORM_PORT})
  --namespace-id ID     the namespace's id (default: new for each run)
  --container-id ID     the container's id (default: new for each run)
  --secret-key UUID     the key for the issuing API; do not use a real key (default: new for each run)
  --with-sibling        adds a second container in the namespace, and a container in another namespace, so that you can
                        issue tokens that this container refuses

The container's port is PORT, or 8080. dev writes to stderr; stdout is only used by the command. SIGTERM and SIGHUP are
sent to all processes that the command has started, followed by SIGKILL after 10 seconds. Ctrl-C works as usual. The exit
code is the command's, 128 + n after signal n, 127 if the program does not exist, and 126 if it cannot be run.

Examples:
  nestjs-scaleway-auth dev -- node dist/main.js
  PORT=3000 nestjs-scaleway-auth dev --platform-port 9000 -- npm run start:dev
`,
  async run(argv, io) {
    const separator = argv.indexOf('--');
    if (separator === -1) refuseUnseparated(argv);
    const toRun = separator === -1 ? [] : argv.slice(separator + 1);
    const { values } = parseOptions({ args: separator === -1 ? argv : argv.slice(0, separator), options });
    if (toRun.length === 0) throw new UsageError('Give the command to run after a --: dev -- npm run start:dev');
    refuseBadIds(values['namespace-id'], values['container-id']);
    refuseBadSecret(values['secret-key'], io.env);
    return runOnLocalPlatform({
      command: toRun,
      env: io.env,
      platformPort: parsePort(values['platform-port'], '--platform-port', 0),
      namespaceId: values['namespace-id'],
      containerId: values['container-id'],
      secretKey: values['secret-key'],
      withSibling: values['with-sibling'],
      onStart: (place) => announce(place, io),
      onOtherPort: (port, expected) =>
        void io.stderr.write(
          `The command listens on port ${port} instead of ${expected}. Scaleway would call ${expected}, which is in PORT. Write in ` +
            `main.ts: await app.listen(process.env.PORT ?? ${port}). Until then call port ${port}, as the console does.\n`,
        ),
    });
  },
};

/** @throws UsageError for `dev npm start`, before options of the command are read as ours */
function refuseUnseparated(argv: string[]): void {
  const { tokens } = parseArgs({ args: argv, options, strict: false, allowPositionals: true, tokens: true });
  const first = tokens.find((token) => token.kind === 'positional');
  if (first === undefined) return;
  throw new UsageError(
    `${quoted(first.value)} does not belong to an option. If it begins the command, put -- before it: dev -- npm start`,
  );
}

function refuseBadIds(namespaceId: string | undefined, containerId: string | undefined): void {
  for (const [option, id] of Object.entries({ '--namespace-id': namespaceId, '--container-id': containerId })) {
    if (id !== undefined && !ID.test(id))
      throw new UsageError(`${option} must be 1 to 200 ASCII characters, without spaces.`);
  }
  if (namespaceId !== undefined && namespaceId === containerId) {
    throw new UsageError('--namespace-id and --container-id must differ.');
  }
}

function refuseBadSecret(secretKey: string | undefined, env: NodeJS.ProcessEnv): void {
  if (secretKey === undefined) return;
  if (!isUuid(secretKey)) throw new UsageError('--secret-key must be a UUID.');
  if (secretKey.toLowerCase() === env['SCW_SECRET_KEY']?.toLowerCase()) {
    throw new UsageError(
      '--secret-key is your own SCW_SECRET_KEY, and dev prints it. Give another UUID, or leave it out.',
    );
  }
}

/** Scaleway's Go, Python and JavaScript clients require an access key of this form with the secret key. */
const ACCESS_KEY = 'SCWAAAAAAAAAAAAAAAAA';

async function announce({ platform, container, others, port }: LocalPlace, io: CommandIo): Promise<void> {
  const token = await platform.issueToken(container, { expiresAt: new Date(Date.now() + TOKEN_LIFETIME_MS) });
  const issue = `$SCW_API_URL/containers/v1beta1/regions/fr-par/issue-jwt?container_id=${urlEncoded(container.id)}`;
  const rest = others && [
    'Others; this container refuses their tokens:',
    `  sibling (403): container ${others.sibling.id}`,
    `  another namespace (401): namespace ${others.stranger.namespace.id}, container ${others.stranger.id}`,
  ];
  const lines = [
    `Local Scaleway: namespace ${container.namespace.id}, container ${container.id} on port ${port}.`,
    `Console: ${platform.consoleUrl}`,
    ...(rest ?? []),
    "For Scaleway's tools in another terminal, as long as this runs:",
    `export SCW_API_URL=${platform.url} SCW_ACCESS_KEY=${ACCESS_KEY} SCW_SECRET_KEY=${platform.secretKey} SCW_DEFAULT_REGION=fr-par SCW_DEFAULT_PROJECT_ID=${platform.projectId}`,
    'Then, to issue a token for the container:',
    `curl -H "X-Auth-Token: $SCW_SECRET_KEY" "${issue}"`,
    'To call it, with a token that expires tomorrow (append the path of a route):',
    `curl -i -H 'X-Auth-Token: ${token}' http://localhost:${port}/`,
  ];
  io.stderr.write(`${lines.join('\n')}\n`);
}

/** As a parameter in a URL, between double quotes in a shell. */
function urlEncoded(id: string): string {
  return encodeURIComponent(id).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
