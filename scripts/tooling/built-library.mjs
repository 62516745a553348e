import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the library as its users get it. Ends the process when the dependencies are not installed or the build fails. */
export function buildLibrary() {
  if (!existsSync(`${root}/node_modules/@nestjs/core`)) {
    console.error('Nothing is installed yet. Run: npm ci');
    process.exit(2);
  }
  runOrExit(process.execPath, ['scripts/build.mjs'], root);
}

/**
 * Runs a command and shows only what it says on stderr. Ends the process when the command fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 */
export function runOrExit(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0) return;
  console.error(`${command} ${args.join(' ')} failed in ${cwd} (${error?.message ?? `exit code ${status}`}).`);
  process.exit(2);
}
