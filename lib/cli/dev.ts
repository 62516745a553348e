import { isUuid } from '../platform/local/uuid.js';
import { parseOptions, UsageError, type Command, type CommandIo } from './command.js';
import { runOnLocalPlatform, type LocalPlace } from './local-run.js';
import { parsePort } from './ports.js';

const DEFAULT_PLATFORM_PORT = '8081';
// An id becomes an environment variable and a URL's parameter; what it means is nobody's business.
const ID = /^[\x21-\x7e]{1,200}$/;

export const command: Command = {
  name: 'dev',
  summary: 'runs a command as a private container, on a local Scaleway of its own',
  usage: `
Usage: nestjs-scaleway-auth dev [options] -- <command> [arguments]

Runs the command with the environment that Scaleway gives a private container (SCW_PUBLIC, SCW_PUBLIC_KEY,
SCW_NAMESPACE_ID, SCW_APPLICATION_ID, PORT), and serves the API that issues its tokens, on this machine only. Keys are
made for this run and gone after it. No other SCW_* variable of your shell reaches the command.

Options:
  --platform-port PORT  the issuing API's port on 127.0.0.1; 0 takes any free one (default: ${DEFAULT_PLATFORM_PORT})
  --namespace-id ID     default: fresh for each run
  --container-id ID     default: fresh for each run
  --secret-key UUID     the key that the issuing API takes; never one of your own (default: fresh for each run)

The container's port is PORT, or 8080. What dev says goes to stderr, so that stdout is the command's own. SIGTERM and
SIGHUP reach all that the command has started, SIGKILL follows after 10 seconds; Ctrl-C reaches it as in any terminal.
The exit code is the command's, or 128 + n after signal n.

Examples:
  nestjs-scaleway-auth dev -- node dist/main.js
  PORT=3000 nestjs-scaleway-auth dev --platform-port 9000 -- npm run start:dev
`,
  async run(argv, io) {
    const separator = argv.indexOf('--');
    const toRun = separator === -1 ? [] : argv.slice(separator + 1);
    const { values } = parseOptions({
      args: separator === -1 ? argv : argv.slice(0, separator),
      options: {
        'platform-port': { type: 'string', default: DEFAULT_PLATFORM_PORT },
        'namespace-id': { type: 'string' },
        'container-id': { type: 'string' },
        'secret-key': { type: 'string' },
      },
    });
    if (toRun.length === 0) throw new UsageError('Give the command to run behind a --.');
    refuseBadIds(values['namespace-id'], values['container-id']);
    refuseBadSecret(values['secret-key'], io.env);
    return runOnLocalPlatform({
      command: toRun,
      env: io.env,
      platformPort: parsePort(values['platform-port'], '--platform-port', 0),
      namespaceId: values['namespace-id'],
      containerId: values['container-id'],
      secretKey: values['secret-key'],
      onStart: (place) => announce(place, io),
    });
  },
};

function refuseBadIds(namespaceId: string | undefined, containerId: string | undefined): void {
  for (const [option, id] of Object.entries({ '--namespace-id': namespaceId, '--container-id': containerId })) {
    if (id !== undefined && !ID.test(id))
      throw new UsageError(`${option} must be 1 to 200 ASCII characters, no blanks.`);
  }
  if (namespaceId !== undefined && namespaceId === containerId) {
    throw new UsageError('--namespace-id and --container-id must differ.');
  }
}

function refuseBadSecret(secretKey: string | undefined, env: NodeJS.ProcessEnv): void {
  if (secretKey === undefined) return;
  if (!isUuid(secretKey)) throw new UsageError('--secret-key must be a UUID.');
  if (secretKey.toLowerCase() === env['SCW_SECRET_KEY']?.toLowerCase()) {
    throw new UsageError('--secret-key is your own SCW_SECRET_KEY, and dev prints it: give another, or leave it out.');
  }
}

function announce({ platform, container, port }: LocalPlace, io: CommandIo): void {
  io.stderr.write(`Local Scaleway: namespace ${container.namespace.id}, container ${container.id} on port ${port}.
For tools in another terminal, as long as this runs:
export SCW_API_URL=${platform.url} SCW_SECRET_KEY=${platform.secretKey} SCW_DEFAULT_REGION=fr-par
`);
}
