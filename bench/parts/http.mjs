import { barChart } from '../../scripts/tooling/charts/bar-chart.mjs';
import { canPin } from '../../scripts/tooling/child.mjs';
import { count, figure, plusMinus } from '../../scripts/tooling/format.mjs';
import { progress } from '../../scripts/tooling/progress.mjs';
import {
  difference,
  median,
  ratio,
  resolution,
  shuffled,
  spread,
  uncertainty,
} from '../../scripts/tooling/statistics.mjs';
import { validTokens } from '../../scripts/tooling/tokens.mjs';
import { labelOf, PEERS } from '../contestants/index.mjs';
import { SERVER_CORE, startLoad, startServer } from '../processes.mjs';
import { target } from '../targets.mjs';
import { eachOf } from '../timing.mjs';

const BITS = 4096;
const FLOOR = 'no-op';
const FLOOR_AGAIN = 'no-op again';
/** These decide about targets, so they get more rounds than the peers. */
const MAIN = [FLOOR, FLOOR_AGAIN, 'us'];

/** What is asked in each round, by name: the path, and the list of tokens that is sent in turn. */
const ROUTES = {
  open: { path: '/open', tokens: 'one' },
  one: { path: '/guarded', tokens: 'one' },
  many: { path: '/guarded', tokens: 'many' },
};
const GUARDED = /** @type {const} */ (['one', 'many']);

/**
 * @typedef {keyof typeof ROUTES} Route
 * @typedef {Record<string, Record<Route, { cpu: number[], rate: number[] }>>} Samples of each contestant
 */

/**
 * Guarded against open routes of Nest applications, on both platforms.
 *
 * @param {import('../measure.mjs').Mode} mode
 */
export async function http({ quick }) {
  const load = await startLoad();
  // The one is one of the many: a thousand and first token would drive others out of caches that hold a thousand.
  const many = await validTokens(BITS, 1000);
  for (const [name, tokens] of Object.entries({ one: many.slice(0, 1), many })) await load.store(name, tokens);
  const plan = quick
    ? { names: [...MAIN, 'docs passport', 'fast-jwt'], processes: 1, rounds: 6, requests: 250, every: 3 }
    : { names: [...MAIN, ...PEERS], processes: 2, rounds: 24, requests: 2000, every: 8 };
  const results = [];
  for (const platform of ['express', 'fastify']) results.push(await onPlatform(platform, plan, load));
  await load.end();
  return {
    tables: results.map(({ table }) => table),
    targets: results.flatMap(({ targets }) => targets),
    charts: results.map(({ chart }) => chart),
    samples: Object.fromEntries(results.map(({ platform, samples }) => [platform, samples])),
  };
}

/**
 * @param {string} platform
 * @param {{ names: string[], processes: number, rounds: number, requests: number, every: number }} plan
 * @param {import('../processes.mjs').Load} load
 */
async function onPlatform(platform, { names, processes, rounds, requests, every }, load) {
  const routes = /** @type {Route[]} */ (Object.keys(ROUTES));
  /** @type {Samples} */
  const samples = eachOf(names, () => eachOf(routes, () => ({ cpu: [], rate: [] })));
  // Fresh processes several times over: how a compiler lays out one process differs from the next, and lasts for its life.
  for (let process = 0; process < processes; process++) {
    const servers = new Map();
    for (const name of names)
      servers.set(name, await startServer({ name, platform, bits: BITS }, { core: SERVER_CORE }));
    for (let round = -2; round < rounds; round++) {
      progress(`HTTP on ${platform}, processes ${process + 1} of ${processes}, round ${round + 1} of ${rounds}`);
      const due = round < 0 || round % every === 0 ? names : MAIN;
      for (const name of shuffled(due)) {
        // Warm-up: each route often enough to be compiled, and each token seen.
        const asked = round < 0 ? Math.max(1000, requests) : requests;
        for (const route of shuffled(routes)) {
          const taken = await oneRound(load, servers.get(name), route, asked);
          if (round < 0) continue;
          samples[name]?.[route].cpu.push(taken.cpu);
          samples[name]?.[route].rate.push(taken.rate);
        }
      }
    }
    for (const server of servers.values()) await server.end();
  }
  return { platform, samples, ...(await evaluate(platform, samples)) };
}

/**
 * @param {import('../processes.mjs').Load} load
 * @param {import('../processes.mjs').Server} server
 * @param {Route} route
 * @param {number} requests
 */
async function oneRound(load, server, route, requests) {
  const before = await server.usage();
  const [result] = await load.run(server.port, [{ ...ROUTES[route], requests }]);
  const after = await server.usage();
  if (result?.statuses[200] !== requests) throw new Error(`${route}: ${JSON.stringify(result?.statuses)}`);
  return { cpu: (after.cpu - before.cpu) / (after.served - before.served), rate: requests / result.seconds };
}

/**
 * @param {string} platform
 * @param {Samples} samples
 */
async function evaluate(platform, samples) {
  /**
   * @param {string} name
   * @param {Route} route
   * @param {'cpu' | 'rate'} what
   */
  const of = (name, route, what) => samples[name]?.[route][what] ?? [];
  /**
   * @param {string} name
   * @param {Route} route
   */
  const added = (name, route) => difference(of(name, route, 'cpu'), of(name, 'open', 'cpu'));
  /**
   * @param {string} name
   * @param {Route} route
   */
  const share = (name, route) => ratio(of(name, route, 'rate'), of(name, 'open', 'rate'));
  /**
   * @param {string} name
   * @param {Route} route
   */
  const overFloor = (name, route) => median(added(name, route)) - median(added(FLOOR, route));
  const rows = [];
  for (const name of Object.keys(samples))
    rows.push([
      await labelOf(name),
      figure(median(of(name, 'open', 'cpu'))),
      ...GUARDED.map((route) => plusMinus(median(added(name, route)), spread(added(name, route)))),
      ...GUARDED.map((route) => plusMinus(median(share(name, route)), spread(share(name, route)))),
      count(Math.round(median(of(name, 'one', 'rate')))),
    ]);

  const targets = GUARDED.flatMap((route) => {
    const tokens = route === 'one' ? '1 token' : '1,000 tokens';
    const sameCpu = difference(added(FLOOR_AGAIN, route), added(FLOOR, route));
    const sameShare = difference(share(FLOOR_AGAIN, route), share(FLOOR, route));
    return [
      target({
        what: `${platform}, ${tokens}: CPU added, over a no-op guard's`,
        value: overFloor('us', route),
        limit: platform === 'fastify' ? 1.5 : 2,
        unit: 'µs',
        resolution: resolution(sameCpu),
      }),
      target({
        what: `${platform}, ${tokens}: guarded / open throughput, under a no-op guard's`,
        value: median(share(FLOOR, route)) - median(share('us', route)),
        limit: 0.03,
        unit: '',
        resolution: resolution(sameShare),
      }),
    ];
  });
  const chart = barChart({
    title: `CPU added to a request by its guard, ${platform}, RSA-${BITS}, a token seen before (µs)`,
    bars: await Promise.all(
      Object.keys(samples).map(async (name) => ({
        label: await labelOf(name),
        value: Math.max(0, median(added(name, 'one'))),
        error: uncertainty(added(name, 'one')),
        ours: name === 'us',
      })),
    ),
  });
  const table = {
    title: `HTTP on ${platform}, RSA-${BITS}, ${canPin ? 'the server on one core, the load on another' : 'not pinned'}`,
    columns: [
      '',
      'CPU of an open route, µs',
      'CPU added, 1 token, µs',
      'CPU added, 1,000 tokens, µs',
      'guarded / open, 1 token',
      'guarded / open, 1,000 tokens',
      'guarded requests a second',
    ],
    rows,
  };
  return { table, targets, chart: { file: `http-${platform}.svg`, svg: chart } };
}
