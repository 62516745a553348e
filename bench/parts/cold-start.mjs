import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figure, plusMinus } from '../../scripts/tooling/format.mjs';
import { sampleImage } from '../../scripts/tooling/image/sample-image.mjs';
import { environmentOf } from '../../scripts/tooling/keys.mjs';
import { progress } from '../../scripts/tooling/progress.mjs';
import { median, ratio, resolution, shuffled, spread } from '../../scripts/tooling/statistics.mjs';
import { validToken } from '../../scripts/tooling/tokens.mjs';
import { firstAnswer } from '../first-answer.mjs';
import { target } from '../targets.mjs';
import { eachOf } from '../timing.mjs';

const BITS = 4096;
const LIMIT_RATIO = 0.45;
const LIMIT_MB = 40;
const UNBUNDLED = 'node_modules and dist/, as npm leaves them';
const IMAGE = 'the image: bundled, with the compile cache of its build';
const IMAGE_AGAIN = 'the image again (A/A)';

/** @typedef {import('../first-answer.mjs').Program} Program */

/**
 * The sample, made by the steps of its Dockerfile: from the start of the process to the first answer of its guarded route.
 *
 * @param {import('../measure.mjs').Mode} mode
 */
export async function coldStart({ quick }) {
  const rounds = quick ? 3 : 25;
  const folder = mkdtempSync(join(tmpdir(), 'cold-start-'));
  try {
    progress('making the image of the sample');
    const { image } = sampleImage(folder);
    const programs = programsOf(image, folder);
    const times = await firstAnswers(programs, rounds);
    const size = megabytes(image.root);
    const version = execFileSync(image.node, ['--version'], { encoding: 'utf8' }).trim();
    return {
      tables: [timesTable(times, version), sizesTable(image.root, size)],
      targets: [
        target({
          what: 'cold start: first answer of the image, over that of node_modules and dist/',
          value: median(ratio(times[IMAGE] ?? [], times[UNBUNDLED] ?? [])),
          limit: LIMIT_RATIO,
          unit: '',
          resolution: resolution(ratio(times[IMAGE_AGAIN] ?? [], times[IMAGE] ?? []), 1),
        }),
        target({ what: 'image beside Node', value: size, limit: LIMIT_MB, unit: 'MB', resolution: 0 }),
      ],
      charts: [],
      samples: times,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {import('../../scripts/tooling/image/build-image.mjs').Image} image
 * @param {string} folder
 * @returns {Record<string, Program>}
 */
function programsOf({ root, workdir, node, env }, folder) {
  const all = { ...environmentOf(BITS), NODE_ENV: 'production' };
  const unbundled = { node, cwd: join(`${root}-build`, workdir), file: 'dist/main.js', env: all };
  const bundled = { node, cwd: join(root, workdir), file: 'bundle/main.mjs', env: all };
  const image = { ...bundled, env: { ...all, ...env } };
  /** @param {Program} program */
  const withoutPage = (program) => ({ ...program, env: { ...program.env, DOCS: 'off' } });
  return {
    [UNBUNDLED]: unbundled,
    'the same without the page (`DOCS=off`)': withoutPage(unbundled),
    bundled,
    'bundled, with a cache that nothing was ever stored in': {
      ...bundled,
      env: { ...all, NODE_COMPILE_CACHE: join(folder, 'empty') },
    },
    [IMAGE]: image,
    [IMAGE_AGAIN]: image,
    'the image without the page': withoutPage(image),
    'the image on Fastify': { ...image, env: { ...image.env, HTTP_PLATFORM: 'fastify' } },
    'a bare `node:http` server': {
      ...bundled,
      file: fileURLToPath(new URL('../bare-server.mjs', import.meta.url)),
    },
  };
}

/**
 * @param {Record<string, Program>} programs
 * @param {number} rounds
 */
async function firstAnswers(programs, rounds) {
  const ask = { path: '/whoami', token: validToken(BITS) };
  const times = eachOf(Object.keys(programs), () => /** @type {number[]} */ ([]));
  for (let round = -1; round < rounds; round++) {
    progress(`cold start: round ${round + 1} of ${rounds}`);
    for (const [name, program] of shuffled(Object.entries(programs))) {
      const taken = await firstAnswer(program, ask);
      // The first round reads the files into the system's cache.
      if (round >= 0) times[name]?.push(taken);
    }
  }
  return times;
}

/**
 * @param {Record<string, number[]>} times
 * @param {string} version
 */
function timesTable(times, version) {
  const rows = Object.entries(times).map(([name, taken]) => [
    name,
    plusMinus(median(taken), spread(taken)),
    figure(median(ratio(taken, times[UNBUNDLED] ?? []))),
  ]);
  return {
    title: `The sample from the start of its process to the first answer of GET /whoami, RSA-${BITS}, Node ${version}`,
    columns: ['', 'ms, median ± spread', 'of the first row'],
    rows,
  };
}

/**
 * @param {string} root
 * @param {number} size
 */
function sizesTable(root, size) {
  const modules = join(`${root}-build`, 'app/node_modules');
  return {
    title: 'What lies beside Node, MB',
    columns: ['', 'MB'],
    rows: [
      ['`node_modules` after `npm ci`', figure(megabytes(modules))],
      ['of it TypeScript, which `npm prune --omit=dev` keeps', figure(megabytes(join(modules, 'typescript')))],
      ['the image', figure(size)],
    ],
  };
}

/** @param {string} folder */
function megabytes(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1e6;
}
