import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { ignoreRule, instructionsOf } from './dockerfile.mjs';

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} root the folder that stands for `/`
 * @property {string} node the binary of the base image
 * @property {string} workdir
 * @property {Record<string, string>} env
 * @property {string[]} command
 *
 * @typedef {Stage} Image the last stage
 */

/**
 * Executes the steps of a Dockerfile without Docker, word for word. A stage works in a folder that stands for `/`, with the
 * version of Node that its base image names. All stages work at the same path in turn, as in Docker; those that are done are
 * beside it. `USER` has no effect. Whatever the sample's Dockerfile does not use is an error.
 *
 * @param {string} context the folder with the Dockerfile
 * @param {string} folder where the stages are made
 * @returns {Image}
 */
export function buildImage(context, folder) {
  const root = resolve(folder, 'image');
  const ignored = ignoreRule(readFileSync(join(context, '.dockerignore'), 'utf8'));
  /** @type {Stage | undefined} */
  let stage;
  for (const { name, rest } of instructionsOf(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    if (name === 'FROM') {
      if (stage !== undefined) renameSync(root, `${root}-${stage.name}`);
      stage = begin(rest, root);
      continue;
    }
    if (stage === undefined) throw new Error(`${name} stands before FROM`);
    const at = absolute(stage);
    if (name === 'WORKDIR') {
      stage.workdir = rest;
      mkdirSync(at('.'), { recursive: true });
    } else if (name === 'ENV') {
      const [, variable = '', value = ''] = /^(\w+)=(\S+)$/.exec(rest) ?? [];
      if (variable === '') throw new Error(`ENV ${rest}: write NAME=value`);
      stage.env[variable] = value.startsWith('/') ? at(value) : value;
    } else if (name === 'COPY') copy(rest, { at, context, ignored, root });
    else if (name === 'RUN') run(rest, stage);
    else if (name === 'CMD') stage.command = JSON.parse(rest);
    else if (name !== 'USER' && name !== 'EXPOSE') throw new Error(`${name} is not understood here`);
  }
  if (stage === undefined) throw new Error('The Dockerfile has no FROM');
  return stage;
}

/**
 * @param {string} from
 * @param {string} root
 * @returns {Stage}
 */
function begin(from, root) {
  const [, major, name = 'last'] = /^node:(\d+)-alpine(?: AS (\w+))?$/.exec(from) ?? [];
  if (major === undefined) throw new Error(`FROM ${from} is not understood here`);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  return { name, root, node: nodeBinary(Number(major)), workdir: '/', env: {}, command: [] };
}

/**
 * The path of a Node of this version: that of this process, or of npm's package `node`.
 *
 * @param {number} major
 */
function nodeBinary(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const args = ['--yes', `node@${major}`, '-p', 'process.execPath'];
  return (
    succeed('npx', args, { env: inherited(), shell: process.platform === 'win32' })
      .trim()
      .split('\n')
      .at(-1) ?? ''
  );
}

/** @param {Stage} stage */
function absolute({ root, workdir }) {
  /** @param {string} path */
  return (path) => join(root, resolve(workdir, path));
}

/**
 * @param {string} rest
 * @param {{ at: (path: string) => string, context: string, ignored: (path: string) => boolean, root: string }} options
 */
function copy(rest, { at, context, ignored, root }) {
  const [, stage, owner, paths = ''] = /^(?:--from=(\w+) )?(?:--chown=(\w+) )?(.+)$/.exec(rest) ?? [];
  const sources = paths.split(' ');
  const to = sources.pop() ?? '';
  const from = stage === undefined ? context : `${root}-${stage}`;
  for (const source of sources) {
    const path = join(from, source);
    if (!existsSync(path)) throw new Error(`COPY ${rest}: there is no ${source}`);
    // The content of a folder, but a file by its name.
    const target = statSync(path).isFile() && /\/$|^\.$/.test(to) ? join(at(to), basename(source)) : at(to);
    cpSync(path, target, {
      recursive: true,
      verbatimSymlinks: true,
      filter(each) {
        if (stage === undefined) return !ignored(relative(context, each));
        if (owner === undefined && (statSync(each).mode & 0o004) === 0)
          throw new Error(`COPY ${rest}: ${each} is for its owner alone, who would be root: write --chown`);
        return true;
      },
    });
  }
}

/**
 * @param {string} command
 * @param {Stage} stage
 */
function run(command, { node, root, workdir, env }) {
  const path = `${dirname(node)}:${process.env['PATH']}`;
  succeed('sh', ['-c', command], { cwd: join(root, workdir), env: { ...inherited(), ...env, PATH: path } });
}

/** Nothing of Scaleway's, and nothing of the npm run that this process belongs to, but where npm finds packages. */
function inherited() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(SCW_|npm_(?!config_)|NODE_|PORT$)/i.test(name));
  return { ...Object.fromEntries(kept), npm_config_prefer_offline: 'true', npm_config_update_notifier: 'false' };
}

/**
 * What a command prints.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 */
export function succeed(command, args, options) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { ...options, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}\n${stdout}${stderr}`);
}
