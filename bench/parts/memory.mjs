import { setTimeout as sleep } from 'node:timers/promises';
import { count, figure, plusMinus } from '../../scripts/tooling/format.mjs';
import { progress } from '../../scripts/tooling/progress.mjs';
import { difference, median, resolution, shuffled, spread } from '../../scripts/tooling/statistics.mjs';
import { validToken, validTokens } from '../../scripts/tooling/tokens.mjs';
import { labelOf } from '../contestants/index.mjs';
import { SERVER_CORE, startLoad, startServer } from '../processes.mjs';
import { target } from '../targets.mjs';
import { eachOf } from '../timing.mjs';

const BITS = 4096;
const MIB = 2 ** 20;
const PLATFORM = 'fastify';
const FLOOR = 'open';
const FLOOR_AGAIN = 'open again';

/**
 * @typedef {import('../processes.mjs').Load} Load
 * @typedef {import('../processes.mjs').Server} Server
 * @typedef {import('../processes.mjs').Stream} Stream
 * @typedef {import('../processes.mjs').Usage} Usage
 */

/**
 * What a process holds at rest, and after many tokens: forged ones must leave nothing, genuine ones a bounded amount.
 *
 * @param {import('../measure.mjs').Mode} mode
 */
export async function memory({ quick }) {
  const load = await startLoad();
  await load.store('one', [validToken(BITS)]);
  const atRest = await rest(
    load,
    quick
      ? { rounds: 2, others: ['docs passport'] }
      : { rounds: 15, others: ['no-op', 'docs passport', 'docs jwt', 'fast-jwt'] },
  );
  const afterwards = await afterTokens(
    load,
    quick ? { warmUp: 5000, forged: 10_000, valid: 1500 } : { warmUp: 100_000, forged: 1_000_000, valid: 20_000 },
  );
  await load.end();
  return {
    tables: [atRest.table, afterwards.table],
    targets: [atRest.target, ...afterwards.targets],
    charts: [],
    samples: { rest: atRest.held, afterTokens: afterwards.held },
  };
}

/** @param {string} name */
const start = (name) =>
  startServer({ name, platform: PLATFORM, bits: BITS }, { core: SERVER_CORE, flags: ['--expose-gc'] });

/**
 * After a collection, and the moment that the collector's threads need to give pages back.
 *
 * @param {Server} server
 */
async function held(server) {
  await server.usage({ collect: true });
  await sleep(200);
  return server.usage({ collect: true });
}

/**
 * @param {Load} load
 * @param {{ rounds: number, others: string[] }} plan
 */
async function rest(load, { rounds, others }) {
  const names = [FLOOR, FLOOR_AGAIN, 'us', ...others];
  const taken = eachOf(names, () => ({ resident: /** @type {number[]} */ ([]), heap: /** @type {number[]} */ ([]) }));
  for (let round = 0; round < rounds; round++) {
    progress(`memory at rest: round ${round + 1} of ${rounds}`);
    for (const name of shuffled(names)) {
      const server = await start(name === FLOOR_AGAIN ? FLOOR : name);
      await load.run(server.port, [{ path: '/guarded', tokens: 'one', requests: 1, connections: 1 }]);
      const { rss, heapUsed } = await held(server);
      taken[name]?.resident.push(rss / MIB);
      taken[name]?.heap.push(heapUsed / MIB);
      await server.end();
    }
  }
  /**
   * @param {string} name
   * @param {'resident' | 'heap'} what
   */
  const of = (name, what) => taken[name]?.[what] ?? [];
  /**
   * @param {string} name
   * @param {'resident' | 'heap'} what
   */
  const over = (name, what) => difference(of(name, what), of(FLOOR, what));
  const rows = [];
  for (const name of names) {
    const added = over(name, 'resident');
    const label = name === FLOOR_AGAIN ? 'no guard at all, again (A/A)' : await labelOf(name);
    rows.push([
      label,
      figure(median(of(name, 'resident'))),
      plusMinus(median(added), spread(added)),
      figure(median(over(name, 'heap'))),
    ]);
  }
  return {
    held: Object.fromEntries(names.map((name) => [name, of(name, 'resident')])),
    table: {
      title: `Memory at rest, after one answer, ${PLATFORM}`,
      columns: ['MiB', 'resident', 'resident, added', "of which JavaScript's heap"],
      rows,
    },
    target: target({
      what: 'resident memory added at rest',
      value: median(over('us', 'resident')),
      limit: 3,
      unit: 'MiB',
      resolution: resolution(over(FLOOR_AGAIN, 'resident')),
    }),
  };
}

/**
 * @param {Load} load
 * @param {{ warmUp: number, forged: number, valid: number }} plan
 */
async function afterTokens(load, { warmUp, forged, valid }) {
  progress(`signing ${count(valid)} tokens`);
  await load.store('distinct', await validTokens(BITS, valid));
  /** @type {Record<string, { before: Usage, warmed: Usage, after: Usage }>} */
  const measured = {};
  const rows = [];
  for (const name of ['no-op', 'us']) {
    const server = await start(name);
    /** @param {Omit<Stream, 'path'>} stream */
    const run = async (stream) => {
      const [result] = await load.run(server.port, [{ path: '/guarded', ...stream }]);
      return result?.statuses ?? {};
    };
    await run({ tokens: 'one', requests: 1 });
    const before = await held(server);
    await run({ tokens: 'one', requests: warmUp });
    const warmed = await held(server);
    progress(`memory: ${count(valid)} valid and ${count(forged)} forged tokens to ${name}`);
    const accepted = await run({ tokens: 'distinct', requests: valid });
    const refused = await run({ forged: BITS, requests: forged });
    if (accepted[200] !== valid || (name === 'us' && refused[401] !== forged))
      throw new Error(`${name}: ${JSON.stringify({ accepted, refused })}`);
    const after = await held(server);
    await server.end();
    measured[name] = { before, warmed, after };
    const grown = /** @type {const} */ (['rss', 'heapUsed', 'external']).map((of) => (after[of] - before[of]) / MIB);
    rows.push([
      await labelOf(name),
      ...[before, warmed, after].map(({ rss }) => figure(rss / MIB)),
      ...grown.map((value) => figure(value)),
    ]);
  }
  /** @param {string} name */
  const growth = (name) => ((measured[name]?.after.rss ?? NaN) - (measured[name]?.before.rss ?? NaN)) / MIB;
  const tokens = `${count(forged)} forged and ${count(valid)} valid distinct tokens`;
  return {
    held: measured,
    table: {
      title: `Memory after ${tokens}, ${PLATFORM}, RSA-${BITS}`,
      columns: [
        'MiB',
        'at rest',
        'after one token many times',
        'after these',
        'grown',
        "JavaScript's heap, grown",
        'buffers, grown',
      ],
      rows,
      notes: [
        'A server grows under load whatever guards it: compiled code, a larger young generation, buffers of sockets. The ' +
          `column after ${count(warmUp)} requests with one token, and the no-op row, which answers the same requests, say ` +
          'how much of the growth is that.',
      ],
    },
    targets: [
      target({
        what: `resident memory above rest after ${tokens}`,
        value: growth('us'),
        limit: 16,
        unit: 'MiB',
        resolution: 0,
      }),
      target({
        what: 'the same, over the growth with a no-op guard',
        value: growth('us') - growth('no-op'),
        limit: 16,
        unit: 'MiB',
        resolution: 0,
      }),
    ],
  };
}
