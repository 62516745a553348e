import { labelOf } from '../contestants/index.mjs';
import { barChart } from '../harness/charts.mjs';
import { canPin, SERVER_CORE, startLoad, startServer } from '../harness/child.mjs';
import { count, figure, plusMinus } from '../harness/format.mjs';
import { progress } from '../harness/progress.mjs';
import { median, ratio, resolution, shuffled, spread, uncertainty } from '../harness/statistics.mjs';
import { target } from '../harness/targets.mjs';
import { validToken } from '../subject/tokens.mjs';

const FORGED_PER_SECOND = 8000;
const LIMIT_2048 = 0.8;

/**
 * Valid requests a second (one token, 32 connections) while 8,000 forged ones a second come in as well, over the same
 * without them. Every server is asked both ways in turn, in windows of a second.
 */
export async function flood({ quick }) {
  const verification = ['lean sync', 'lean async', 'bare sync', 'bare async'];
  const names = quick
    ? ['us', 'docs passport', 'bare sync', 'bare async']
    : ['us', 'docs passport', 'docs jwt', 'fast-jwt', 'jose', ...verification];
  const plan = quick ? { warmUp: 1500, windows: 2, seconds: 0.3 } : { warmUp: 10_000, windows: 7, seconds: 1 };
  const oneCore = [];
  for (const bits of [2048, 4096]) oneCore.push(await flooded({ names, bits, ...plan, core: SERVER_CORE }));
  // Synchronous or asynchronous: with a second core the pool's threads have somewhere to go.
  const choice = quick ? ['bare sync', 'bare async'] : ['us', ...verification];
  const twoCores = [];
  for (const bits of quick ? [4096] : [2048, 4096]) twoCores.push(await flooded({ names: choice, bits, ...plan }));

  const [small, large] = oneCore;
  const bare = median(large.kept['bare sync']);
  return {
    tables: [...oneCore, ...twoCores].map(({ table }) => table),
    targets: [
      target({
        what: 'valid throughput kept under a flood of forged tokens, RSA-2048',
        value: median(small.kept.us),
        limit: LIMIT_2048,
        unit: '',
        resolution: uncertainty(small.kept.us),
        atLeast: true,
      }),
      target({
        what: 'the same, RSA-4096: at least what a bare node:http server keeps',
        value: median(large.kept.us),
        limit: bare,
        unit: '',
        resolution: resolution(large.kept['bare sync'], bare) + uncertainty(large.kept.us),
        atLeast: true,
      }),
    ],
    charts: oneCore.map(({ chart }) => chart),
    samples: Object.fromEntries([...oneCore, ...twoCores].map(({ title, windows }) => [title, windows])),
  };
}

async function flooded({ names, bits, warmUp, windows, seconds, core }) {
  const where = core !== undefined && canPin ? 'server on one core' : 'server on any core';
  const title = `Flood, RSA-${bits}, ${where}`;
  // Unpinned, the load may take what core is free as well.
  const load = await startLoad(core === undefined ? null : undefined);
  await load.ask({ store: { name: 'one', tokens: [validToken(bits)] } });
  const servers = {};
  for (const name of names) servers[name] = await startServer({ name, platform: 'fastify', bits }, { core });
  const taken = Object.fromEntries(names.map((name) => [name, { calm: [], storm: [] }]));
  // Refusing is code of its own, and must be compiled as well as accepting.
  for (const { port } of Object.values(servers))
    for (const stream of [{ tokens: 'one' }, { forged: bits }])
      await load.ask({ port, streams: [{ path: '/guarded', ...stream, requests: warmUp }] });
  for (let window = 0; window < windows; window++) {
    progress(`${title}: window ${window + 1} of ${windows}`);
    for (const name of shuffled(names))
      for (const weather of shuffled(['calm', 'storm'])) {
        const result = await oneWindow(load, servers[name], { bits, seconds, storm: weather === 'storm' });
        taken[name][weather].push(result);
      }
  }
  for (const server of Object.values(servers)) await server.end();
  await load.end();
  return { title, windows: taken, ...(await evaluate(title, taken, bits)) };
}

async function oneWindow(load, server, { bits, seconds, storm }) {
  const streams = [{ path: '/guarded', tokens: 'one', seconds }];
  if (storm) streams.push({ path: '/guarded', forged: bits, rate: FORGED_PER_SECOND, seconds });
  const before = await server.ask({});
  const [valid, forged] = await load.ask({ port: server.port, streams });
  const after = await server.ask({});
  if (valid.statuses[200] !== valid.answered) throw new Error(`Valid tokens got ${JSON.stringify(valid.statuses)}`);
  if (forged !== undefined && Object.keys(forged.statuses).some((status) => status !== '401'))
    throw new Error(`Forged tokens got ${JSON.stringify(forged.statuses)}`);
  return {
    valid: valid.answered / valid.seconds,
    forged: forged === undefined ? 0 : forged.answered / forged.seconds,
    p50: valid.p50,
    p99: valid.p99,
    cpu: (after.cpu - before.cpu) / (after.served - before.served),
    cores: (after.cpu - before.cpu) / 1e6 / (after.at - before.at),
  };
}

async function evaluate(title, taken, bits) {
  const of = (name, weather, what) => taken[name][weather].map((window) => window[what]);
  const kept = Object.fromEntries(
    Object.keys(taken).map((name) => [name, ratio(of(name, 'storm', 'valid'), of(name, 'calm', 'valid'))]),
  );
  const rows = [];
  for (const name of Object.keys(taken))
    rows.push([
      await labelOf(name),
      plusMinus(median(kept[name]), spread(kept[name])),
      count(Math.round(median(of(name, 'calm', 'valid')))),
      count(Math.round(median(of(name, 'storm', 'valid')))),
      count(Math.round(median(of(name, 'storm', 'forged')))),
      figure(median(of(name, 'storm', 'cpu'))),
      figure(median(of(name, 'storm', 'cores'))),
      figure(median(of(name, 'calm', 'p99'))),
      figure(median(of(name, 'storm', 'p99'))),
    ]);
  const bars = await Promise.all(
    Object.keys(kept).map(async (name) => ({
      label: await labelOf(name),
      value: median(kept[name]),
      error: uncertainty(kept[name]),
      ours: name === 'us',
    })),
  );
  return {
    kept,
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
