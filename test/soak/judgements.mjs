import { count, figure } from '../../scripts/tooling/format.mjs';
import { growth } from '../../scripts/tooling/statistics.mjs';
import { EXIT_WITHIN } from './half.mjs';

const MIB = 2 ** 20;

/**
 * What a half may show. Memory: how much more there is at the end of a half's second part than at its begin, by the
 * median of the slopes between all pairs of samples, which no single outlier moves; on the heap after a collection. The
 * first part is left out, in which code is compiled, the cache fills and the heap finds its size.
 */
export const BOUNDS = { heapGrowth: 4 * MIB, rssGrowth: 32 * MIB, delayP99: 500 };

/** @param {number} bytes */
const mib = (bytes) => figure(bytes / MIB, 'MiB');

/**
 * @param {Awaited<ReturnType<typeof import('./half.mjs').runHalf>>} half
 * @returns {{ what: string, value: string, bound: string, ok: boolean }[]}
 */
export function judge({ result, vitals, shutdown, crashed }) {
  const { drained, ended, inFlight, newConnection, seconds } = shutdown;
  const faults = drained?.faults ?? vitals.at(-1)?.faults ?? [];
  const delay = drained?.delay.p99 ?? Math.max(...vitals.map((sample) => sample.delay.p99));
  const heap = growth(
    vitals.filter(({ collected }) => collected).map(({ at, heap: bytes }) => /** @type {const} */ ([at, bytes])),
  );
  const rss = growth(vitals.map(({ at, rss: bytes }) => /** @type {const} */ ([at, bytes])));
  const clean = ended !== undefined && (ended.signal === 'SIGTERM' || ended.code === 0) && drained !== undefined;
  /**
   * @param {string} what
   * @param {number} value
   */
  const none = (what, value) => ({ what, value: count(value), bound: '0', ok: value === 0 });
  return [
    none('wrong verdicts', result.wrong),
    none('cross-talk between callers', result.crossTalk),
    none('unanswered requests', result.unanswered),
    none('refusals with reason unexpected', drained?.reasons['unexpected'] ?? 0),
    none('unhandled rejections and uncaught exceptions', faults.length + (crashed === undefined ? 0 : 1)),
    { what: 'heap growth', value: mib(heap), bound: `≤ ${mib(BOUNDS.heapGrowth)}`, ok: heap <= BOUNDS.heapGrowth },
    { what: 'RSS growth', value: mib(rss), bound: `≤ ${mib(BOUNDS.rssGrowth)}`, ok: rss <= BOUNDS.rssGrowth },
    {
      what: 'event-loop delay, p99',
      value: figure(delay, 'ms'),
      bound: `≤ ${BOUNDS.delayP99} ms`,
      ok: delay <= BOUNDS.delayP99,
    },
    { what: 'in flight at SIGTERM', value: count(inFlight ?? 0), bound: '> 0', ok: (inFlight ?? 0) > 0 },
    {
      what: 'of these unanswered',
      value: drained === undefined ? 'not told' : count(drained.unfinished),
      bound: '0',
      ok: drained?.unfinished === 0,
    },
    {
      what: 'a new connection after SIGTERM',
      value: newConnection === 'ECONNREFUSED' ? 'refused' : newConnection,
      bound: 'refused',
      ok: newConnection === 'ECONNREFUSED',
    },
    {
      what: 'exit after SIGTERM',
      value: clean ? figure(seconds, 's') : `not clean (${ended?.signal ?? ended?.code ?? 'killed'})`,
      bound: `≤ ${EXIT_WITHIN / 1000} s`,
      ok: clean,
    },
  ];
}
