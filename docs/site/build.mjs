/*
 * npm run docs [-- --serve]
 *
 * Builds the manual as a site, with search and without any address outside it: README.md, every page that a link leads to
 * from there, the files that those pages point to, and a reference of all exports. `--serve` shows it on 127.0.0.1.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gatherPages } from './pages.mjs';

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = here('../..');
const pages = here('.pages');

if (!existsSync(here('node_modules'))) run('npm', ['ci', '--no-audit', '--no-fund'], here('.'));
rmSync(pages, { recursive: true, force: true });
const count = gatherPages(root, pages);
node('../../node_modules/typedoc/bin/typedoc', '--options', here('typedoc.json'), '--out', `${pages}/reference`);
node('node_modules/vitepress/bin/vitepress.js', 'build', here('.'));
console.log(`docs: ${count} pages and the reference, in docs/site/dist`);
if (process.argv.includes('--serve'))
  node('node_modules/vitepress/bin/vitepress.js', 'preview', here('.'), '--host', '127.0.0.1');

/**
 * @param {string} script
 * @param {string[]} args
 */
function node(script, ...args) {
  run(process.execPath, [here(script), ...args], root);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
