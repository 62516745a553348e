// Makes the load, in a process of its own: closed loops (a connection asks again when it is answered) and open ones (so
// many a second, whatever the server does). Loopback only, and each run is bounded by a count or a time.
import { performance } from 'node:perf_hooks';
import { quantile } from '../scripts/tooling/statistics.mjs';
import { forgedToken } from '../scripts/tooling/tokens.mjs';
import { Connection, requester } from './connection.mjs';

/** @typedef {import('./processes.mjs').Stream} Stream */

/** How far an open loop that was held up may catch up, in seconds: a longer burst would be another experiment. */
const LONGEST_CATCHING_UP = 0.1;

/**
 * Lists of tokens by name: sent over once, since some hold a megabyte.
 *
 * @type {Map<string, string[]>}
 */
const lists = new Map();

process.on('message', (/** @type {any} */ { store, run }) => {
  if (store !== undefined) {
    lists.set(store.name, store.tokens);
    process.send?.({ stored: store.tokens.length });
  } else void answer(run);
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });

/** @param {{ port: number, streams: Stream[] }} run */
async function answer({ port, streams }) {
  const running = streams.map((stream) =>
    stream.rate === undefined ? closedLoop(port, stream) : openLoop(port, stream, stream.rate),
  );
  process.send?.({ results: await Promise.all(running) });
}

/**
 * What a stream sends: tokens of a stored list in turn, or forged ones that never repeat, or none.
 *
 * @param {Stream} stream
 * @returns {() => string}
 */
function source({ path, tokens, forged }) {
  const request = requester(path);
  if (forged !== undefined) return () => request(forgedToken(forged));
  if (tokens === undefined) return () => request();
  const requests = (lists.get(tokens) ?? []).map((token) => request(token));
  if (requests.length === 0) throw new Error(`No tokens were stored as "${tokens}"`);
  let at = 0;
  return () => /** @type {string} */ (requests[at++ % requests.length]);
}

class Tally {
  /** @type {Record<string, number>} */
  statuses = {};
  /** @type {number[]} */
  latencies = [];
  answered = 0;

  /**
   * @param {number} status
   * @param {number} [since] when it was asked
   */
  count(status, since) {
    this.answered++;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if (since !== undefined) this.latencies.push(performance.now() - since);
  }

  /** @param {number} start */
  result(start) {
    const { answered, statuses, latencies } = this;
    const timed = latencies.length > 0 && { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
    return { answered, statuses, seconds: (performance.now() - start) / 1000, ...timed };
  }
}

/**
 * Connections are kept for the next stream of the same kind: opening them costs the server more than a request.
 *
 * @type {Map<string, Connection[]>}
 */
const pools = new Map();

/**
 * @param {number} port
 * @param {string} kind
 * @param {number} count
 */
function connections(port, kind, count) {
  const key = `${port} ${kind}`;
  let pool = pools.get(key);
  // A server that has ended may have left its port to the next.
  if (pool === undefined || pool.some(({ socket }) => socket.destroyed)) {
    pool = Array.from({ length: count }, () => new Connection(port));
    pools.set(key, pool);
  }
  return pool;
}

/**
 * @param {number} port
 * @param {Stream} stream
 */
async function closedLoop(port, stream) {
  const { requests = Infinity, seconds = Infinity, connections: count = 32 } = stream;
  const next = source(stream);
  const pool = connections(port, 'closed', count);
  const tally = new Tally();
  let asked = 0;
  let idle = 0;
  const start = performance.now();
  const until = start + seconds * 1000;
  /** @type {Promise<void>} */
  const finished = new Promise((resolve) => {
    for (const connection of pool) {
      const ask = () => {
        if (asked >= requests || performance.now() >= until) {
          if (++idle === pool.length) resolve();
          return;
        }
        asked++;
        connection.since = performance.now();
        connection.write(next());
      };
      connection.onReply = (status) => {
        tally.count(status, connection.since);
        ask();
      };
      ask();
    }
  });
  await Promise.race([finished, ...pool.map(({ failed }) => failed)]);
  return tally.result(start);
}

/**
 * One request at a time on each connection: Node handles all pipelined requests of a chunk in one go, and a few
 * connections that pipeline would keep everybody else waiting, whatever the guard costs.
 *
 * @param {number} port
 * @param {Stream} stream
 * @param {number} rate
 */
async function openLoop(port, stream, rate) {
  const { seconds = Infinity, connections: count = 64 } = stream;
  const next = source(stream);
  const pool = connections(port, 'open', count);
  const tally = new Tally();
  const free = [...pool];
  const start = performance.now();
  const until = start + seconds * 1000;
  let sent = 0;
  let skipped = 0;
  const send = () => {
    const now = performance.now();
    if (now >= until) return;
    const due = Math.floor(((now - start) / 1000) * rate) - skipped;
    skipped += Math.max(0, due - sent - Math.ceil(rate * LONGEST_CATCHING_UP));
    while (sent < due) {
      const connection = free.pop();
      if (connection === undefined) return;
      sent++;
      connection.write(next());
    }
  };
  for (const connection of pool)
    connection.onReply = (status) => {
      tally.count(status);
      free.push(connection);
      send();
    };
  const failed = Promise.race(pool.map((connection) => connection.failed));
  const tick = () => Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 1))]);
  while (performance.now() < until) {
    send();
    await tick();
  }
  const result = tally.result(start);
  // Replies that are still on their way must not be taken for the next stream's.
  while (tally.answered < sent) await tick();
  return result;
}
