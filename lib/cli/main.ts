#!/usr/bin/env node
import { createRequire } from 'node:module';
import { ExitError, quoted, UsageError, type Command, type CommandIo } from './command.js';
import { watchOutput } from './output.js';
import { printable } from './printable.js';

const NAME = 'nestjs-scaleway-auth';

// Each file is loaded only when it is used.
const commands: Record<string, () => Promise<{ command: Command }>> = {
  dev: () => import('./dev.js'),
  issue: () => import('./issue.js'),
  inspect: () => import('./inspect.js'),
  revoke: () => import('./revoke.js'),
};

async function main([name, ...rest]: string[], io: CommandIo): Promise<number> {
  if (name === '--help' || name === '-h') {
    io.stdout.write(await overview());
    return 0;
  }
  if (name === '--version' || name === '-v') {
    io.stdout.write(`${version()}\n`);
    return 0;
  }
  if (name === 'help') return help(rest, io);
  const command = await commandNamed(name);
  if (command !== undefined) return runCommand(command, rest, io);
  io.stderr.write(`${await overview()}\n${NAME}: ${problemWith(name)}\n`);
  return 2;
}

async function commandNamed(name: string | undefined): Promise<Command | undefined> {
  const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  return load && (await load()).command;
}

function problemWith(name: string | undefined): string {
  if (name === undefined) return 'Give a command.';
  return printable(`${quoted(name)} is not ${name.startsWith('-') ? 'an option' : 'a command'}.`);
}

async function help([name]: string[], io: CommandIo): Promise<number> {
  const command = await commandNamed(name);
  if (name !== undefined && command === undefined) {
    io.stderr.write(`${await overview()}\n${NAME} help: ${problemWith(name)}\n`);
    return 2;
  }
  io.stdout.write(command === undefined ? await overview() : `${command.usage.trim()}\n`);
  return 0;
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
    // The message comes after the usage, so that it stays visible.
    if (error instanceof UsageError) io.stderr.write(`${command.usage.trim()}\n\n`);
    io.stderr.write(`${NAME} ${command.name}: ${printable(error instanceof Error ? error.message : String(error))}\n`);
    if (error instanceof UsageError) return 2;
    return error instanceof ExitError ? error.exitCode : 1;
  }
}

async function overview(): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max('help'.length, ...loaded.map(({ command }) => command.name.length));
  const lines = loaded.map(({ command }) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `Usage: ${NAME} <command> [options]

Commands:
${lines.join('\n')}
  ${'help'.padEnd(width)}  explains a command: help <command>

Options:
  --help, -h     prints this text; after a command, explains that command
  --version, -v  prints the version
`;
}

function version(): string {
  const { version: text } = createRequire(import.meta.url)('nestjs-scaleway-auth/package.json') as { version: string };
  return text;
}

// If the terminal is closed, do not crash before the processes are ended.
process.stderr.on('error', () => {});
const written = watchOutput(process.stdout);
let exitCode = await main(process.argv.slice(2), process);
const lost = await written();
if (lost !== undefined) {
  process.stderr.write(`${NAME}: ${lost}\n`);
  exitCode ||= 1;
}
// Not process.exit(), which would cut off pending output.
process.exitCode = exitCode;
