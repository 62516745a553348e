import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { format, resolveConfig } from 'prettier';
import { timeChart } from '../../scripts/tooling/charts/time-chart.mjs';
import { count, figure, markdownTable } from '../../scripts/tooling/format.mjs';
import { machine, today } from '../../scripts/tooling/machine.mjs';
import { BOUNDS } from './judgements.mjs';
import { CALLERS } from './load/material.mjs';

const MIB = 2 ** 20;
const docs = new URL('../../docs/', import.meta.url);

/** @typedef {import('./soak.mjs').JudgedHalf} JudgedHalf */

/**
 * Writes docs/soak.md and its pictures.
 *
 * @param {{ halves: JudgedHalf[], seconds: number, load: import('./load.mjs').Load, loadBefore: number }} run
 */
export async function writeReport({ halves, seconds, load, loadBefore }) {
  const platforms = [...new Set(halves.map(({ platform }) => platform))];
  mkdirSync(new URL('images/', docs), { recursive: true });
  const sections = platforms.flatMap((platform) =>
    section(
      platform,
      halves.filter((half) => half.platform === platform),
    ),
  );
  const total = halves.reduce((sum, { result }) => sum + result.answered, 0);
  const failed = halves.flatMap(({ judgements }) => judgements).filter(({ ok }) => !ok).length;
  const text = [
    '# Load without loss',
    '',
    'Written by `npm run soak -- --write`.',
    '',
    `**${count(total)} requests in ${count(Math.round(seconds))} seconds of load; ${failed === 0 ? 'every judgement holds' : `${failed} judgements failed`}.** ${today()}, ${machine()}; load average before the run ${loadBefore.toFixed(1)}, at its end ${loadavg()[0]?.toFixed(1)}, so the figures of speed and delay are those of a shared machine.`,
    '',
    ...METHOD(load),
    ...sections,
  ].join('\n');
  const style = await resolveConfig(new URL('soak.md', docs));
  writeFileSync(new URL('soak.md', docs), await format(text, { ...style, parser: 'markdown' }));
}

/** @param {import('./load.mjs').Load} load */
const METHOD = ({ connections, slowConnections, lanes }) => [
  '## What is done',
  '',
  `A private Nest application (the built library, a key of RSA-4096, the default options) runs in a process of its own. Another one sends requests over ${connections} kept-alive connections, each as soon as the last was answered, over ${slowConnections} more whose route takes 300 ms, so that something is always under way, and over ${lanes} lanes that open a connection for one broken or aborted request after the other. ${count(CALLERS)} callers with a token each share the connections; the application answers with the \`jti\` that the guard gave it, and each answer is held against its sender. Refusals are held against the status and the exact \`WWW-Authenticate\`. Some tokens end while they are in use: before that they must be let in, afterwards refused.`,
  '',
  'At the end of each half the server gets SIGTERM under full load. What is under way must be answered, new connections refused, and the process must exit; then a new one is started. The application drains as [`test/soak/server/drain.mjs`](../test/soak/server/drain.mjs) shows: with the shutdown hooks of Nest alone, Express goes on serving the connections that stay busy and never ends, and Node may cut one that seems to rest although a request is on its way.',
  '',
  `Memory is judged by the second part of each half: the median slope between all pairs of samples times its length, at most ${BOUNDS.heapGrowth / MIB} MiB on the heap (buffers included, after a collection) and ${BOUNDS.rssGrowth / MIB} MiB of RSS. The 99th percentile of the event loop's delay may be ${BOUNDS.delayP99} ms, which is generous, since the load shares the machine. \`node test/soak/prove.mjs\` shows that each judgement can fail.`,
  '',
];

/**
 * @param {string} platform
 * @param {JudgedHalf[]} halves
 */
function section(platform, halves) {
  const start = Math.min(...halves.flatMap(({ vitals }) => vitals.map(({ at }) => at)));
  /** @param {number} at */
  const since = (at) => at - start;
  const marks = halves.map(({ shutdown }) => ({ at: since(shutdown.at), label: 'SIGTERM' }));
  const samples = halves.flatMap(({ vitals }) => vitals);
  /**
   * @param {string} label
   * @param {(sample: typeof samples[number]) => number} pick
   */
  const line = (label, pick, of = samples) => ({
    label,
    points: of.map((one) => /** @type {[number, number]} */ ([since(one.at), pick(one)])),
  });
  const name = platform === 'express' ? 'Express' : 'Fastify';
  const memory = timeChart({
    title: `${name}: memory under load`,
    yLabel: 'MiB',
    lines: [
      line('RSS', ({ rss }) => rss / MIB),
      line(
        'heap after a collection',
        ({ heap }) => heap / MIB,
        samples.filter(({ collected }) => collected),
      ),
    ],
    marks,
  });
  const delay = timeChart({
    title: `${name}: event-loop delay, each second`,
    yLabel: 'ms',
    lines: [line('99th percentile', (one) => one.delay.p99), line('median', (one) => one.delay.p50)],
    marks,
  });
  writeFileSync(new URL(`images/soak-${platform}-memory.svg`, docs), memory);
  writeFileSync(new URL(`images/soak-${platform}-delay.svg`, docs), delay);
  return [
    `## ${name}`,
    '',
    `![${name}: RSS and heap over time](images/soak-${platform}-memory.svg)`,
    '',
    `![${name}: event-loop delay over time](images/soak-${platform}-delay.svg)`,
    '',
    judgementTable(halves),
    speedTable(halves),
    kindTable(halves),
  ];
}

/** @param {JudgedHalf[]} halves */
function judgementTable(halves) {
  const [first] = halves;
  const rows = (first?.judgements ?? []).map(({ what, bound }, i) => [
    what,
    bound,
    ...halves.map(({ judgements }) => `${judgements[i]?.value}${judgements[i]?.ok ? '' : ' **failed**'}`),
  ]);
  return markdownTable({ title: 'Judged', columns: ['', 'bound', 'first half', 'second half'], rows });
}

/** @param {JudgedHalf[]} halves */
function speedTable(halves) {
  /**
   * @param {string} what
   * @param {(half: JudgedHalf) => string} pick
   */
  const row = (what, pick) => [what, ...halves.map(pick)];
  const rows = [
    row('answers', ({ result }) => count(result.answered)),
    row('answers a second', ({ result, seconds }) => count(Math.round(result.answered / seconds))),
    row('latency, median', ({ result }) => figure(result.latency?.p50 ?? NaN, 'ms')),
    row('latency, 99th percentile', ({ result }) => figure(result.latency?.p99 ?? NaN, 'ms')),
    row('event-loop delay, longest', ({ shutdown }) => figure(shutdown.drained?.delay.max ?? NaN, 'ms')),
  ];
  return markdownTable({ title: 'Measured', columns: ['', 'first half', 'second half'], rows });
}

/** @param {JudgedHalf[]} halves */
function kindTable(halves) {
  const kinds = [...new Set(halves.flatMap(({ result }) => Object.keys(result.kinds)))];
  const rows = kinds
    .map((kind) => ({ kind, number: halves.reduce((sum, { result }) => sum + (result.kinds[kind] ?? 0), 0) }))
    .toSorted((a, b) => b.number - a.number)
    .map(({ kind, number }) => [kind, count(number)]);
  return markdownTable({ title: 'What was sent', columns: ['', 'answered or aborted'], rows });
}
