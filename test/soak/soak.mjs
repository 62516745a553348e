import { loadavg } from 'node:os';
import { Child } from '../../scripts/tooling/child.mjs';
import { count, figure } from '../../scripts/tooling/format.mjs';
import { progress } from '../../scripts/tooling/progress.mjs';
import { makeContainer } from '../../scripts/tooling/keys.mjs';
import { runHalf } from './half.mjs';
import { judge } from './judgements.mjs';
import { writeReport } from './report.mjs';

const LOAD = { connections: 64, slowConnections: 16, lanes: 4 };

/**
 * @typedef {Awaited<ReturnType<typeof runHalf>> & { judgements: ReturnType<typeof judge> }} JudgedHalf
 *
 * @typedef {object} SoakOptions
 * @property {number} seconds of all halves together
 * @property {string[]} platforms
 * @property {boolean} write whether docs/soak.md is written anew
 * @property {string | undefined} sabotage a fault of server/breakage.mjs
 */

/**
 * Runs two halves on each platform and judges each.
 *
 * @param {SoakOptions} options
 * @returns the names of the judgements that failed
 */
export async function soak({ seconds, platforms, write, sabotage }) {
  const each = seconds / platforms.length / 2;
  /** @type {JudgedHalf[]} */
  const halves = [];
  const [loadBefore = NaN] = loadavg();
  try {
    progress('making keys');
    await makeContainer();
    const load = new Child(new URL('load.mjs', import.meta.url), { argument: LOAD });
    load.on('made', (made) => progress(`signing tokens: ${made}`));
    await load.need('ready', 120_000);
    for (const platform of platforms)
      for (const half of [1, 2]) {
        const run = await runHalf({
          platform,
          half,
          seconds: each,
          load,
          sabotage,
          onProgress: line(platform, half, each),
        });
        progress();
        const judged = { ...run, judgements: judge(run) };
        halves.push(judged);
        print(judged);
      }
  } finally {
    progress();
    await Child.killAll();
  }
  if (write) await writeReport({ halves, seconds, load: LOAD, loadBefore });
  return summary(halves);
}

/**
 * @param {string} platform
 * @param {number} half
 * @param {number} each seconds
 */
function line(platform, half, each) {
  const began = Date.now();
  /** @param {import('./half.mjs').Sample} sample */
  return ({ requests, rss, delay }) =>
    progress(
      `${platform}, half ${half} of 2: ${Math.round((Date.now() - began) / 1000)} of ${Math.round(each)} s, ` +
        `${count(requests)} requests, RSS ${Math.round(rss / 2 ** 20)} MiB, event loop ${figure(delay.p99, 'ms')} late`,
    );
}

/** @param {JudgedHalf} half */
function print({ platform, half, seconds, result, judgements, shutdown }) {
  console.log(
    `${platform}, half ${half}: ${count(result.answered)} answers in ${figure(seconds, 's')}, ` +
      judgements.map(({ what, value, ok }) => `${what} ${value}${ok ? '' : ' (FAILED)'}`).join(', '),
  );
  for (const example of result.examples) console.log(`  ${example}`);
  for (const fault of shutdown.drained?.faults ?? []) console.log(`  ${fault}`);
}

/** @param {JudgedHalf[]} halves */
function summary(halves) {
  /** @param {(half: JudgedHalf) => number} pick */
  const sum = (pick) => halves.reduce((total, half) => total + pick(half), 0);
  const failed = new Set(
    halves.flatMap(({ judgements }) => judgements.filter(({ ok }) => !ok).map(({ what }) => what)),
  );
  const parts = [
    `${count(sum(({ result }) => result.answered))} requests`,
    `${count(sum(({ result }) => result.wrong))} wrong verdicts`,
    `${count(sum(({ result }) => result.crossTalk))} answers to the wrong caller`,
    `${count(sum(({ result }) => result.unanswered))} unanswered`,
    `${count(sum(({ shutdown }) => shutdown.inFlight ?? 0))} in flight at ${halves.length} SIGTERMs`,
    failed.size === 0 ? 'all judgements hold' : `FAILED: ${[...failed].join(', ')}`,
  ];
  console.log(parts.join(', '));
  return [...failed];
}
