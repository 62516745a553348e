import { barChart } from '../../scripts/tooling/charts/bar-chart.mjs';
import { canPin } from '../../scripts/tooling/child.mjs';
import { count, figure, plusMinus } from '../../scripts/tooling/format.mjs';
import { progress } from '../../scripts/tooling/progress.mjs';
import { median, ratio, shuffled, spread, uncertainty } from '../../scripts/tooling/statistics.mjs';
import { validToken } from '../../scripts/tooling/tokens.mjs';
import { labelOf } from '../contestants/index.mjs';
import { SERVER_CORE, startLoad, startServer } from '../processes.mjs';
import { target } from '../targets.mjs';
import { eachOf } from '../timing.mjs';

const FORGED_PER_SECOND = 8000;
/** What Nest and the guard may cost beyond a bare server that verifies in the same pool. */
const LEAST_OF_BARE = 0.8;

/**
 * @typedef {'calm' | 'storm'} Weather
 * @typedef {Awaited<ReturnType<typeof oneWindow>>} Window
 */

/**
 * Valid requests a second (one token, 32 connections) while 8,000 forged ones a second come in as well, over the same
 * without them. Every server is asked both ways in turn, in windows of a second.
 *
 * @param {import('../measure.mjs').Mode} mode
 */
export async function flood({ quick }) {
  const verification = ['lean sync', 'lean async', 'bare sync', 'bare async'];
  const names = quick
    ? ['us', 'docs passport', 'bare sync', 'bare async']
    : ['us', 'docs passport', 'docs jwt', 'fast-jwt', 'jose', ...verification];
  const plan = quick ? { warmUp: 1500, windows: 2, seconds: 0.3 } : { warmUp: 10_000, windows: 7, seconds: 1 };
  const small = await flooded({ names, bits: 2048, ...plan, core: SERVER_CORE });
  const large = await flooded({ names, bits: 4096, ...plan, core: SERVER_CORE });
  // Synchronous or asynchronous: with a second core the pool's threads have somewhere to go.
  const choice = quick ? ['bare sync', 'bare async'] : ['us', ...verification];
  const twoCores = [];
  for (const bits of quick ? [4096] : [2048, 4096]) twoCores.push(await flooded({ names: choice, bits, ...plan }));

  return {
    tables: [small, large, ...twoCores].map(({ table }) => table),
    targets: [
      { bits: 2048, ...small },
      { bits: 4096, ...large },
    ].map(({ bits, keptBy }) => {
      const bare = keptBy('bare async');
      const share = ratio(keptBy('us'), bare);
      return target({
        what: `valid throughput kept under a flood of forged tokens, over what a bare node:http server keeps, RSA-${bits}`,
        value: median(share),
        limit: LEAST_OF_BARE,
        unit: '',
        resolution: uncertainty(share),
        atLeast: true,
      });
    }),
    charts: [small, large].map(({ chart }) => chart),
    samples: Object.fromEntries([small, large, ...twoCores].map(({ title, windows }) => [title, windows])),
  };
}

/**
 * @param {{ names: string[], bits: number, warmUp: number, windows: number, seconds: number, core?: string }} plan
 */
async function flooded({ names, bits, warmUp, windows, seconds, core }) {
  const where = core !== undefined && canPin ? 'server on one core' : 'server on any core';
  const title = `Flood, RSA-${bits}, ${where}`;
  // Unpinned, the load may take what core is free as well.
  const load = await startLoad(core === undefined ? null : undefined);
  await load.store('one', [validToken(bits)]);
  const servers = [];
  for (const name of names)
    servers.push({ name, server: await startServer({ name, platform: 'fastify', bits }, { core }) });
  const taken = eachOf(names, () => eachOf(['calm', 'storm'], () => /** @type {Window[]} */ ([])));
  // Refusing is code of its own, and must be compiled as well as accepting.
  for (const { server } of servers)
    for (const stream of [{ tokens: 'one' }, { forged: bits }])
      await load.run(server.port, [{ path: '/guarded', ...stream, requests: warmUp }]);
  for (let window = 0; window < windows; window++) {
    progress(`${title}: window ${window + 1} of ${windows}`);
    for (const { name, server } of shuffled(servers))
      for (const weather of shuffled(/** @type {Weather[]} */ (['calm', 'storm']))) {
        const result = await oneWindow(load, server, { bits, seconds, storm: weather === 'storm' });
        taken[name]?.[weather].push(result);
      }
  }
  for (const { server } of servers) await server.end();
  await load.end();
  return { title, windows: taken, ...(await evaluate(title, taken, bits)) };
}

/**
 * @param {import('../processes.mjs').Load} load
 * @param {import('../processes.mjs').Server} server
 * @param {{ bits: number, seconds: number, storm: boolean }} plan
 */
async function oneWindow(load, server, { bits, seconds, storm }) {
  /** @type {import('../processes.mjs').Stream[]} */
  const streams = [{ path: '/guarded', tokens: 'one', seconds }];
  if (storm) streams.push({ path: '/guarded', forged: bits, rate: FORGED_PER_SECOND, seconds });
  const before = await server.usage();
  const [valid, forged] = await load.run(server.port, streams);
  const after = await server.usage();
  if (valid?.statuses[200] !== valid?.answered) throw new Error(`Valid tokens got ${JSON.stringify(valid?.statuses)}`);
  if (forged !== undefined && Object.keys(forged.statuses).some((status) => status !== '401'))
    throw new Error(`Forged tokens got ${JSON.stringify(forged.statuses)}`);
  return {
    valid: valid === undefined ? NaN : valid.answered / valid.seconds,
    forged: forged === undefined ? 0 : forged.answered / forged.seconds,
    p50: valid?.p50 ?? NaN,
    p99: valid?.p99 ?? NaN,
    cpu: (after.cpu - before.cpu) / (after.served - before.served),
    cores: (after.cpu - before.cpu) / 1e6 / (after.at - before.at),
  };
}

/**
 * @param {string} title
 * @param {Record<string, Record<Weather, Window[]>>} taken
 * @param {number} bits
 */
async function evaluate(title, taken, bits) {
  /**
   * @param {string} name
   * @param {Weather} weather
   * @param {keyof Window} what
   */
  const of = (name, weather, what) => (taken[name]?.[weather] ?? []).map((window) => window[what]);
  /** @param {string} name */
  const keptBy = (name) => ratio(of(name, 'storm', 'valid'), of(name, 'calm', 'valid'));
  const rows = [];
  const bars = [];
  for (const name of Object.keys(taken)) {
    const [label, kept] = [await labelOf(name), keptBy(name)];
    rows.push([
      label,
      plusMinus(median(kept), spread(kept)),
      count(Math.round(median(of(name, 'calm', 'valid')))),
      count(Math.round(median(of(name, 'storm', 'valid')))),
      count(Math.round(median(of(name, 'storm', 'forged')))),
      figure(median(of(name, 'storm', 'cpu'))),
      figure(median(of(name, 'storm', 'cores'))),
      figure(median(of(name, 'calm', 'p99'))),
      figure(median(of(name, 'storm', 'p99'))),
    ]);
    bars.push({ label, value: median(kept), error: uncertainty(kept), ours: name === 'us' });
  }
  return {
    keptBy,
    chart: {
      file: `flood-${bits}.svg`,
      svg: barChart({ title: `Valid throughput kept under 8,000 forged tokens a second, RSA-${bits}, one core`, bars }),
    },
    table: {
      title,
      columns: [
        '',
        'valid throughput kept',
        'valid / s without',
        'valid / s with',
        'forged answered / s',
        'CPU a request, µs, with',
        'cores it got, with',
        'p99 without, ms',
        'p99 with, ms',
      ],
      rows,
    },
  };
}
