import { labelOf, PEERS } from '../contestants/index.mjs';
import { barChart } from '../harness/charts.mjs';
import { canPin, SERVER_CORE, startLoad, startServer } from '../harness/child.mjs';
import { figure, plusMinus } from '../harness/format.mjs';
import { progress } from '../harness/progress.mjs';
import { difference, median, ratio, resolution, shuffled, spread, uncertainty } from '../harness/statistics.mjs';
import { target } from '../harness/targets.mjs';
import { validTokens } from '../subject/tokens.mjs';

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

/** Guarded against open routes of Nest applications, on both platforms. */
export async function http({ quick }) {
  const load = await startLoad();
  // The one is one of the many: a thousand and first token would drive others out of caches that hold a thousand.
  const many = await validTokens(BITS, 1000);
  for (const [name, tokens] of Object.entries({ one: many.slice(0, 1), many }))
    await load.ask({ store: { name, tokens } });
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

async function onPlatform(platform, { names, processes, rounds, requests, every }, load) {
  const samples = Object.fromEntries(names.map((name) => [name, emptySamples()]));
  // Fresh processes several times over: how a compiler lays out one process differs from the next, and lasts for its life.
  for (let process = 0; process < processes; process++) {
    const servers = {};
    for (const name of names) servers[name] = await startServer({ name, platform, bits: BITS }, { core: SERVER_CORE });
    for (let round = -2; round < rounds; round++) {
      progress(`HTTP on ${platform}, processes ${process + 1} of ${processes}, round ${round + 1} of ${rounds}`);
      const due = round < 0 || round % every === 0 ? names : MAIN;
      for (const name of shuffled(due)) {
        // Warm-up: each route often enough to be compiled, and each token seen.
        const asked = round < 0 ? Math.max(1000, requests) : requests;
        for (const route of shuffled(Object.keys(ROUTES))) {
          const taken = await oneRound(load, servers[name], route, asked);
          if (round < 0) continue;
          samples[name][route].cpu.push(taken.cpu);
          samples[name][route].rate.push(taken.rate);
        }
      }
    }
    for (const server of Object.values(servers)) await server.end();
  }
  return { platform, samples, ...(await evaluate(platform, samples)) };
}

const emptySamples = () => Object.fromEntries(Object.keys(ROUTES).map((route) => [route, { cpu: [], rate: [] }]));

async function oneRound(load, server, route, requests) {
  const before = await server.ask({});
  const [{ answered, seconds, statuses }] = await load.ask({
    port: server.port,
    streams: [{ ...ROUTES[route], requests }],
  });
  const after = await server.ask({});
  if (statuses[200] !== answered) throw new Error(`${route}: ${JSON.stringify(statuses)}`);
  return { cpu: (after.cpu - before.cpu) / (after.served - before.served), rate: answered / seconds };
}

async function evaluate(platform, samples) {
  const added = (name, route) => difference(samples[name][route].cpu, samples[name].open.cpu);
  const share = (name, route) => ratio(samples[name][route].rate, samples[name].open.rate);
  const overFloor = (name, route) => median(added(name, route)) - median(added(FLOOR, route));
  const rows = [];
  for (const name of Object.keys(samples))
    rows.push([
      await labelOf(name),
      figure(median(samples[name].open.cpu)),
      ...['one', 'many'].map((route) => plusMinus(median(added(name, route)), spread(added(name, route)))),
      ...['one', 'many'].map((route) => plusMinus(median(share(name, route)), spread(share(name, route)))),
      Math.round(median(samples[name].one.rate)).toLocaleString('en-US'),
    ]);

  const targets = ['one', 'many'].flatMap((route) => {
    const tokens = route === 'one' ? '1 token' : '1,000 tokens';
    const sameCpu = difference(added(FLOOR_AGAIN, route), added(FLOOR, route));
    const sameShare = difference(share(FLOOR_AGAIN, route), share(FLOOR, route));
    return [
      target({
        what: `${platform}, ${tokens}: CPU added, over a no-op guard's`,
        value: overFloor('us', route),
        limit: 2,
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
