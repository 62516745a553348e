import { performance } from 'node:perf_hooks';
import { figure, plusMinus } from '../../scripts/tooling/format.mjs';
import { progress } from '../../scripts/tooling/progress.mjs';
import { difference, median, resolution, shuffled, spread } from '../../scripts/tooling/statistics.mjs';
import { validToken } from '../../scripts/tooling/tokens.mjs';
import { Connection, requester } from '../connection.mjs';
import { labelOf } from '../contestants/index.mjs';
import { importTime, startServer } from '../processes.mjs';
import { target } from '../targets.mjs';
import { eachOf } from '../timing.mjs';

const BITS = 4096;
const LIMIT_MS = 15;
const FLOOR = 'open';
const FLOOR_AGAIN = 'open again';

/**
 * What each contestant's user imports beside Nest.
 *
 * @type {Record<string, string[]>}
 */
const IMPORTS = {
  'nothing more (A/A)': [],
  'nestjs-scaleway-auth': [new URL('../../dist/esm/index.js', import.meta.url).href],
  '@nestjs/passport and passport-jwt': ['@nestjs/passport', 'passport-jwt'],
  '@nestjs/jwt': ['@nestjs/jwt'],
  'fast-jwt': ['fast-jwt'],
  jose: ['jose'],
  'aws-jwt-verify': ['aws-jwt-verify'],
};

/**
 * From the start of the process to the first answer of a guarded route: whole processes, many of them.
 *
 * @param {import('../measure.mjs').Mode} mode
 */
export async function startup({ quick }) {
  const rounds = quick ? 2 : 20;
  const contestants = quick
    ? ['us', 'docs passport']
    : ['no-op', 'us', 'docs passport', 'docs jwt', 'fast-jwt', 'jose', 'aws-jwt-verify'];
  const tables = [];
  const targets = [];
  /** @type {Record<string, Record<string, number[]>>} */
  const samples = {};
  for (const platform of ['express', 'fastify']) {
    const found = await firstAnswers(platform, [FLOOR, FLOOR_AGAIN, ...contestants], rounds);
    tables.push(found.table);
    targets.push(found.target);
    samples[platform] = found.times;
  }
  const imports = await importTimes(quick ? 2 : 15);
  tables.push(imports.table);
  return { tables, targets, charts: [], samples: { ...samples, imports: imports.times } };
}

/**
 * @param {string} platform
 * @param {string[]} names
 * @param {number} rounds
 */
async function firstAnswers(platform, names, rounds) {
  const token = validToken(BITS);
  /** @type {Record<string, number[]>} */
  const times = eachOf(names, () => []);
  /** @type {Record<string, number[]>} */
  const cpu = eachOf(names, () => []);
  for (let round = -1; round < rounds; round++) {
    progress(`start-up on ${platform}: round ${round + 1} of ${rounds}`);
    for (const name of shuffled(names)) {
      const taken = await firstAnswer(name === FLOOR_AGAIN ? FLOOR : name, platform, token);
      // The first round reads the files into the system's cache.
      if (round < 0) continue;
      times[name]?.push(taken.milliseconds);
      cpu[name]?.push(taken.cpu);
    }
  }
  /**
   * @param {string} name
   * @param {Record<string, number[]>} of
   */
  const added = (name, of) => difference(of[name] ?? [], of[FLOOR] ?? []);
  const rows = [];
  for (const name of names) {
    const [wall, processor] = [added(name, times), added(name, cpu)];
    rows.push([
      name === FLOOR_AGAIN ? 'no guard at all, again (A/A)' : await labelOf(name),
      figure(median(times[name] ?? [])),
      plusMinus(median(wall), spread(wall)),
      plusMinus(median(processor), spread(processor)),
    ]);
  }
  return {
    times,
    table: {
      title: `First answer after start, ${platform}, RSA-${BITS}`,
      columns: ['', 'from the start of the process, ms', 'added, ms', 'CPU time added, ms'],
      rows,
    },
    target: target({
      what: `${platform}: added to the first answer after start`,
      value: median(added('us', times)),
      limit: LIMIT_MS,
      unit: 'ms',
      resolution: resolution(added(FLOOR_AGAIN, times)),
    }),
  };
}

/**
 * @param {string} name
 * @param {string} platform
 * @param {string} token
 */
async function firstAnswer(name, platform, token) {
  const start = performance.now();
  const server = await startServer({ name, platform, bits: BITS });
  const status = await new Promise((resolve, reject) => {
    const connection = new Connection(server.port, resolve);
    connection.failed.catch(reject);
    connection.write(requester('/guarded')(token));
  });
  const milliseconds = performance.now() - start;
  const { cpu } = await server.usage();
  await server.end();
  if (status !== 200) throw new Error(`${name} on ${platform} answered ${status}`);
  return { milliseconds, cpu: cpu / 1000 };
}

/** @param {number} rounds */
async function importTimes(rounds) {
  const times = eachOf(Object.keys(IMPORTS), () => /** @type {number[]} */ ([]));
  for (let round = 0; round < rounds; round++) {
    progress(`import(): round ${round + 1} of ${rounds}`);
    for (const [name, specifiers] of shuffled(Object.entries(IMPORTS))) times[name]?.push(await importTime(specifiers));
  }
  const rows = Object.entries(times).map(([name, taken]) => [name, plusMinus(median(taken), spread(taken))]);
  return { times, table: { title: 'import() after Nest', columns: ['', 'ms, median ± spread'], rows } };
}
