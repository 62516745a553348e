import { loadavg } from 'node:os';
import { count, figure } from '../../bench/harness/format.mjs';
import { progress } from '../../bench/harness/progress.mjs';
import { makeWorld } from '../../bench/subject/keys.mjs';
import { runHalf } from './half.mjs';
import { judge } from './judgements.mjs';
import { killAll, Child } from './process.mjs';
import { writeReport } from './report.mjs';

const LOAD = { connections: 64, slowConnections: 16, lanes: 4 };

/** Runs two halves on each platform and judges each. @returns the names of the judgements that failed */
export async function soak({ seconds, platforms, write, sabotage }) {
  const each = seconds / platforms.length / 2;
  const halves = [];
  const [loadBefore] = loadavg();
  try {
    progress('making keys');
    if (process.env.BENCH_WORLD === undefined) await makeWorld();
    const load = new Child('load.mjs', LOAD);
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
        halves.push({ ...run, judgements: judge(run) });
        print(halves.at(-1));
      }
  } finally {
    progress();
    killAll();
  }
  if (write) await writeReport({ halves, seconds, load: LOAD, loadBefore });
  return summary(halves);
}

function line(platform, half, each) {
  const began = Date.now();
  return ({ requests, rss, delay }) =>
    progress(
      `${platform}, half ${half} of 2: ${Math.round((Date.now() - began) / 1000)} of ${Math.round(each)} s, ` +
        `${count(requests)} requests, RSS ${Math.round(rss / 2 ** 20)} MiB, event loop ${figure(delay.p99, 'ms')} late`,
    );
}

function print({ platform, half, seconds, result, judgements, shutdown }) {
  console.log(
    `${platform}, half ${half}: ${count(result.answered)} answers in ${figure(seconds, 's')}, ` +
      judgements.map(({ what, value, ok }) => `${what} ${value}${ok ? '' : ' (FAILED)'}`).join(', '),
  );
  for (const example of result.examples) console.log(`  ${example}`);
  for (const fault of shutdown.drained?.faults ?? []) console.log(`  ${fault}`);
}

function summary(halves) {
  const sum = (pick) => halves.reduce((total, half) => total + pick(half), 0);
  const failed = new Set(
    halves.flatMap(({ judgements }) => judgements.filter(({ ok }) => !ok).map(({ what }) => what)),
  );
  const parts = [
    `${count(sum(({ result }) => result.answered))} requests`,
    `${count(sum(({ result }) => result.wrong))} wrong verdicts`,
    `${count(sum(({ result }) => result.crossTalk))} answers to the wrong caller`,
    `${count(sum(({ result }) => result.unanswered))} unanswered`,
    `${count(sum(({ shutdown }) => shutdown.inFlight ?? 0))} under way at ${halves.length} SIGTERMs`,
    failed.size === 0 ? 'all judgements hold' : `FAILED: ${[...failed].join(', ')}`,
  ];
  console.log(parts.join(', '));
  return [...failed];
}
