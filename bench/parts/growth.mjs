import { inIsolation } from '../contestants/scaleway-auth.mjs';
import { lineChart } from '../harness/charts.mjs';
import { count, figure } from '../harness/format.mjs';
import { difference, median } from '../harness/statistics.mjs';
import { interleaved } from '../harness/timing.mjs';
import { progress } from '../harness/progress.mjs';
import { tokenOfLength, validTokens } from '../subject/tokens.mjs';
import { accepted, bodyOf, mustAnswer, requestAlone } from './isolated/bodies.mjs';

/** The small key: 100,000 signatures of the large one take minutes, and the shape of the curve is the same. */
const BITS = 2048;

/** How the cost of a check grows with what clients send, and with how much is remembered. */
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

async function byDistinctTokens({ numbers, sizes, rounds }) {
  progress(`signing ${count(Math.max(...numbers))} tokens`);
  const tokens = await validTokens(BITS, Math.max(...numbers));
  const medians = Object.fromEntries(sizes.map((size) => [size, []]));
  for (const number of numbers) {
    const clients = inRandomOrder(tokens.slice(0, number));
    for (const cacheSize of sizes) {
      const { verifier, close } = await inIsolation({ bits: BITS, cacheSize });
      const check = (request) => accepted(verifier.verifySync(request));
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
      medians[cacheSize].push(median(difference(times.check, times.alone)));
      await close();
    }
  }
  return {
    medians,
    table: {
      title: `Growth: distinct tokens in random order, RSA-${BITS}, µs a check`,
      columns: ['distinct tokens', ...sizes.map((size) => (size === 0 ? 'no cache' : `cache of ${count(size)}`))],
      rows: numbers.map((number, i) => [count(number), ...sizes.map((size) => figure(medians[size][i]))]),
    },
    chart: {
      file: 'growth-tokens.svg',
      svg: lineChart({
        title: `Cost of a check by the number of distinct tokens, RSA-${BITS}`,
        xLabel: 'distinct tokens, in random order',
        yLabel: 'µs a check',
        lines: sizes.map((size) => ({
          label: size === 0 ? 'no cache' : `cache of ${count(size)}`,
          points: numbers.map((number, i) => [number, Math.max(0.01, medians[size][i])]),
        })),
      }),
    },
  };
}

/** Clients do not queue up in a circle, which for any cache that drops the least recently used would be the worst case. */
function inRandomOrder(tokens) {
  const visits = Array.from(
    { length: Math.max(tokens.length, 1) },
    () => tokens[Math.floor(Math.random() * tokens.length)],
  );
  // Each at least once.
  return tokens.length === 1 ? tokens : [...new Set([...visits, ...tokens]), ...visits].slice(0, tokens.length * 2);
}

async function byLength({ lengths, rounds }) {
  const medians = { 'seen before': [], 'first sight': [] };
  const remembering = await inIsolation({ bits: BITS });
  const forgetting = await inIsolation({ bits: BITS, cacheSize: 0 });
  for (const length of lengths) {
    const tokens = [tokenOfLength(BITS, length)];
    const bodies = {
      'seen before': bodyOf((request) => accepted(remembering.verifier.verifySync(request)), tokens, 2000),
      'first sight': bodyOf((request) => accepted(forgetting.verifier.verifySync(request)), tokens, 100),
      alone: requestAlone(tokens, 2000),
    };
    await mustAnswer(bodies, true);
    const times = await interleaved(`growth: token of ${count(length)} characters`, bodies, { rounds });
    for (const name of Object.keys(medians)) medians[name].push(median(difference(times[name], times.alone)));
  }
  await Promise.all([remembering.close(), forgetting.close()]);
  return {
    medians,
    table: {
      title: `Growth: length of the token, RSA-${BITS}, µs a check`,
      columns: ['characters', ...Object.keys(medians)],
      rows: lengths.map((length, i) => [count(length), ...Object.values(medians).map((values) => figure(values[i]))]),
    },
    chart: {
      file: 'growth-length.svg',
      svg: lineChart({
        title: `Cost of a check by the length of the token, RSA-${BITS}`,
        xLabel: 'characters',
        yLabel: 'µs a check',
        lines: Object.entries(medians).map(([label, values]) => ({
          label,
          points: values.map((value, i) => [lengths[i], Math.max(0.01, value)]),
        })),
      }),
    },
  };
}
