#!/usr/bin/env node
import { createRequire } from 'node:module';
import { UsageError, type Command, type CommandIo } from './command.js';

const NAME = 'nestjs-scaleway-auth';

// Each file is loaded when it is used: `dev` needs nothing of what `inspect` verifies with.
const commands: Record<string, () => Promise<{ command: Command }>> = {
  dev: () => import('./dev.js'),
  issue: () => import('./issue.js'),
  inspect: () => import('./inspect.js'),
  revoke: () => import('./revoke.js'),
};

async function main(argv: string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--help' || name === '-h') {
    io.stdout.write(await overview());
    return 0;
  }
  if (name === '--version' || name === '-v') {
    io.stdout.write(`${version()}\n`);
    return 0;
  }
  const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    const what = name === undefined ? 'Give a command.' : 'There is no such command or option.';
    io.stderr.write(`${NAME}: ${what}\n\n${await overview()}`);
    return 2;
  }
  return runCommand((await load()).command, rest, io);
}

async function runCommand(command: Command, argv: string[], io: CommandIo): Promise<number> {
  const separator = argv.indexOf('--');
  const own = separator === -1 ? argv : argv.slice(0, separator);
  if (own.includes('--help') || own.includes('-h')) {
    io.stdout.write(`${command.usage.trim()}\n`);
    return 0;
  }
  try {
    return await command.run(argv, io);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    io.stderr.write(`${NAME} ${command.name}: ${message}\n`);
    if (!(error instanceof UsageError)) return 1;
    io.stderr.write(`\n${command.usage.trim()}\n`);
    return 2;
  }
}

async function overview(): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...loaded.map(({ command }) => command.name.length));
  const lines = loaded.map(({ command }) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `Usage: ${NAME} <command> [options]

Commands:
${lines.join('\n')}

  --help, -h     this text; behind a command, that command's
  --version, -v  the version
`;
}

function version(): string {
  const { version: text } = createRequire(import.meta.url)('nestjs-scaleway-auth/package.json') as { version: string };
  return text;
}

// A reader that leaves (`| head`) or a terminal that is closed is no reason to crash before processes are ended.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
// Not process.exit(), which would cut off what is still being written.
process.exitCode = await main(process.argv.slice(2), process);
