import { lineChart } from '../../scripts/tooling/charts/line-chart.mjs';
import { count, figure } from '../../scripts/tooling/format.mjs';
import { difference, median, pick } from '../../scripts/tooling/statistics.mjs';
import { progress } from '../../scripts/tooling/progress.mjs';
import { tokenOfLength, validTokens } from '../../scripts/tooling/tokens.mjs';
import { inIsolation } from '../contestants/scaleway-auth.mjs';
import { eachOf, interleaved } from '../timing.mjs';
import { bodyOf, mustAnswer, requestAlone } from './isolated/bodies.mjs';

/** The small key: 100,000 signatures of the large one take minutes, and the shape of the curve is the same. */
const BITS = 2048;

/**
 * How the cost of a check grows with what clients send, and with how much is remembered.
 *
 * @param {import('../measure.mjs').Mode} mode
 */
export async function growth({ quick }) {
  const distinct = await byDistinctTokens(
    quick
      ? { numbers: [1, 10, 100, 1000, 3000], sizes: [0, 100, 1000], rounds: 5 }
      : { numbers: [1, 10, 100, 1000, 10_000, 100_000], sizes: [0, 100, 1000, 10_000, 100_000], rounds: 20 },
  );
  const length = await byLength({ lengths: [750, 1000, 2000, 4000, 8000], rounds: quick ? 8 : 40 });
  return {
    tables: [distinct.table, length.table],
    charts: [distinct.chart, length.chart],
    targets: [],
    samples: { distinct: distinct.medians, length: length.medians },
  };
}

/** @param {{ numbers: number[], sizes: number[], rounds: number }} plan */
async function byDistinctTokens({ numbers, sizes, rounds }) {
  progress(`signing ${count(Math.max(...numbers))} tokens`);
  const tokens = await validTokens(BITS, Math.max(...numbers));
  /** @type {Map<number, number[]>} */
  const medians = new Map(sizes.map((size) => [size, []]));
  for (const number of numbers) {
    const clients = inRandomOrder(tokens.slice(0, number));
    for (const cacheSize of sizes) {
      const { check, close } = await inIsolation({ bits: BITS, cacheSize });
      // Misses cost a signature, so they get fewer turns.
      const hits = cacheSize >= number;
      const bodies = {
        check: bodyOf(check, clients, hits ? 4000 : 200),
        alone: requestAlone(clients, 4000),
      };
      await mustAnswer(bodies, true);
      // Every client has been there before the time is taken.
      if (cacheSize > 0) for (let i = 0; i < clients.length; i++) bodies.check.body();
      const times = await interleaved(`growth: ${count(number)} tokens, cache of ${count(cacheSize)}`, bodies, {
        rounds,
      });
      medians.get(cacheSize)?.push(median(difference(times.check, times.alone)));
      await close();
    }
  }
  return {
    medians: Object.fromEntries(medians),
    table: {
      title: `Growth: distinct tokens in random order, RSA-${BITS}, µs a check`,
      columns: ['distinct tokens', ...sizes.map(labelOf)],
      rows: numbers.map((number, i) => [
        count(number),
        ...Array.from(medians.values(), (values) => figure(values[i] ?? NaN)),
      ]),
    },
    chart: {
      file: 'growth-tokens.svg',
      svg: lineChart({
        title: `Cost of a check by the number of distinct tokens, RSA-${BITS}`,
        xLabel: 'distinct tokens, in random order',
        yLabel: 'µs a check',
        lines: Array.from(medians, ([size, values]) => ({
          label: labelOf(size),
          points: pointsOf(numbers, values),
        })),
      }),
    },
  };
}

/** @param {number} size of the cache */
const labelOf = (size) => (size === 0 ? 'no cache' : `cache of ${count(size)}`);

/**
 * @param {number[]} xs
 * @param {number[]} ys
 * @returns {import('../../scripts/tooling/charts/line-chart.mjs').Point[]} none at zero, which a logarithmic axis does not have
 */
const pointsOf = (xs, ys) => xs.map((x, i) => [x, Math.max(0.01, ys[i] ?? NaN)]);

/**
 * Clients do not queue up in a circle, which for any cache that drops the least recently used would be the worst case.
 *
 * @param {string[]} tokens
 */
function inRandomOrder(tokens) {
  const visits = tokens.map(() => pick(tokens));
  // Each at least once.
  return tokens.length === 1 ? tokens : [...new Set([...visits, ...tokens]), ...visits].slice(0, tokens.length * 2);
}

/** @param {{ lengths: number[], rounds: number }} plan */
async function byLength({ lengths, rounds }) {
  const kinds = /** @type {const} */ (['seen before', 'first sight']);
  const medians = eachOf(kinds, () => /** @type {number[]} */ ([]));
  const remembering = await inIsolation({ bits: BITS });
  const forgetting = await inIsolation({ bits: BITS, cacheSize: 0 });
  for (const length of lengths) {
    const tokens = [tokenOfLength(BITS, length)];
    const bodies = {
      'seen before': bodyOf(remembering.check, tokens, 2000),
      'first sight': bodyOf(forgetting.check, tokens, 100),
      alone: requestAlone(tokens, 2000),
    };
    await mustAnswer(bodies, true);
    const times = await interleaved(`growth: token of ${count(length)} characters`, bodies, { rounds });
    for (const kind of kinds) medians[kind].push(median(difference(times[kind], times.alone)));
  }
  await Promise.all([remembering.close(), forgetting.close()]);
  return {
    medians,
    table: {
      title: `Growth: length of the token, RSA-${BITS}, µs a check`,
      columns: ['characters', ...kinds],
      rows: lengths.map((length, i) => [count(length), ...kinds.map((kind) => figure(medians[kind][i] ?? NaN))]),
    },
    chart: {
      file: 'growth-length.svg',
      svg: lineChart({
        title: `Cost of a check by the length of the token, RSA-${BITS}`,
        xLabel: 'characters',
        yLabel: 'µs a check',
        lines: kinds.map((label) => ({ label, points: pointsOf(lengths, medians[label]) })),
      }),
    },
  };
}
