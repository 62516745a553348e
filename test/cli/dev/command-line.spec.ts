import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { cleanEnvironment } from '../../support/process.js';
import { MAIN } from './support.js';

const KEY = '22222222-2222-4222-8222-222222222222';

function cli(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: { ...cleanEnvironment(), ...env },
  });
  return { status, stdout, stderr };
}

describe('the command line', () => {
  it.each(['--help', '-h'])('lists its commands for %s', (option) => {
    const { status, stdout, stderr } = cli([option]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: nestjs-scaleway-auth <command>/);
    expect(stdout).toMatch(/^ {2}dev +\w/m);
    expect(cli(['help']).stdout).toBe(stdout);
  });

  it.each(['--version', '-v'])('prints its version for %s', (option) => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(cli([option])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [[], ': Give a command.'],
    [['deploy'], ': "deploy" is not a command.'],
    [['--nonsense'], ': "--nonsense" is not an option.'],
    [['__proto__'], ': "__proto__" is not a command.'],
    [['constructor'], ': "constructor" is not a command.'],
    [['help', 'deploy'], ' help: "deploy" is not a command.'],
    [['\u009b31mred\u202e'], ': "\\u009b31mred\\u202e" is not a command.'],
    [
      ['eyJhbGciOiJSUzI1NiJ9.e30.x'],
      ': An argument of 26 characters (not shown: it may be a token or a key) is not a command.',
    ],
  ])('refuses %j with exit code 2: first its usage, and last what is wrong', (args, message) => {
    const { status, stdout, stderr } = cli(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: /);
    expect(stderr.endsWith(`\n\nnestjs-scaleway-auth${message}\n`)).toBe(true);
  });

  it.each(['dev', 'issue', 'inspect', 'revoke'])('explains %s for help %s too', (name) => {
    expect(cli(['help', name])).toEqual(cli([name, '--help']));
  });

  it.each([
    ['dev', '--help'],
    ['dev', '-h', '--', 'true'],
    ['dev', '--namespace-id', 'x', '--help'],
  ])('explains dev for %s %s %s', (...args) => {
    const { status, stdout, stderr } = cli(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: nestjs-scaleway-auth dev/);
    for (const option of [
      '--platform-port',
      '--namespace-id',
      '--container-id',
      '--secret-key',
      '--with-sibling',
      'Examples:',
    ]) {
      expect(stdout).toContain(option);
    }
  });
});

describe('dev refuses, with usage and exit code 2 and before anything runs,', () => {
  const run = ['--', process.execPath, '-e', 'console.log("ran")'];

  it.each([
    ['no command', [], 'Give the command to run after a --'],
    ['nothing behind the --', ['--'], 'Give the command to run after a --'],
    [
      'a command without the --',
      ['npm', 'start'],
      '"npm" does not belong to an option. If it begins the command, put -- before',
    ],
    [
      'a command without the --, with its own options',
      ['--with-sibling', 'nest', 'start', '--watch'],
      '"nest" does not belong to',
    ],
    ['a key where no argument belongs', [KEY, ...run], 'An argument of 36 characters (not shown'],
    ['a word where no argument belongs', ['orders', ...run], '"orders" does not belong to an option.'],
    ['an unknown option', ['--container', 'x', ...run], "Unknown option '--container'"],
    ['an option without its value', ['--namespace-id', ...run], '--namespace-id'],
    ['an option before another', ['--namespace-id', '--container-id', 'x', ...run], '--namespace-id'],
    ['an empty id', ['--namespace-id', '', ...run], '--namespace-id must be'],
    ['an id with a blank', ['--container-id', 'a b', ...run], '--container-id must be'],
    ['equal ids', ['--namespace-id', 'x', '--container-id', 'x', ...run], 'must differ'],
    ['a secret key that is no UUID', ['--secret-key', 'hunter2', ...run], '--secret-key must be a UUID'],
    ['a port that is none', ['--platform-port', '80a', ...run], '--platform-port must be'],
    ['a port out of range', ['--platform-port', '65536', ...run], '--platform-port must be'],
  ])('%s', (_, args, message) => {
    const { status, stdout, stderr } = cli(['dev', ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: nestjs-scaleway-auth dev/);
    expect(stderr.split('\n').at(-2)).toMatch(/^nestjs-scaleway-auth dev: /);
    expect(stderr.split('\n').at(-2)).toContain(message);
    expect(stderr).not.toContain('hunter2');
    expect(stderr).not.toContain(KEY);
  });

  it.each(['0', '-1', 'http', '65536', '80 80'])('the PORT %s', (port) => {
    const { status, stdout, stderr } = cli(['dev', '--platform-port', '0', ...run], { PORT: port });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('PORT must be a port number');
  });

  it('one port for both', () => {
    const { status, stderr } = cli(['dev', '--platform-port', '8099', ...run], { PORT: '8099' });
    expect(status).toBe(2);
    expect(stderr).toContain('both 8099');
  });

  it('the secret key of the shell itself', () => {
    const { status, stdout, stderr } = cli(['dev', '--secret-key', KEY, ...run], { SCW_SECRET_KEY: KEY });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('your own SCW_SECRET_KEY');
    expect(stderr).not.toContain(KEY);
  });
});
