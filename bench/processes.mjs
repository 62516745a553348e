import { Child } from '../scripts/tooling/child.mjs';

export const SERVER_CORE = '0';
const LOAD_CORE = '1';

/**
 * @typedef {object} ServerArgument
 * @property {string} name of the contestant
 * @property {string} platform `express` or `fastify`
 * @property {number} bits of the container's key
 *
 * @typedef {object} Usage
 * @property {number} at seconds
 * @property {number} cpu microseconds
 * @property {number} served requests
 * @property {number} rss
 * @property {number} heapUsed
 * @property {number} external
 *
 * @typedef {object} Stream what one kind of client sends: until `requests` or `seconds` are over; evenly where there is a `rate`
 * @property {string} path
 * @property {string} [tokens] name of a stored list, sent in turn
 * @property {number} [forged] size of the key for which tokens are forged
 * @property {number} [requests]
 * @property {number} [seconds]
 * @property {number} [rate] requests a second
 * @property {number} [connections]
 *
 * @typedef {object} StreamResult
 * @property {number} answered
 * @property {Record<string, number>} statuses
 * @property {number} seconds
 * @property {number} p50 milliseconds; NaN where nothing was timed
 * @property {number} p99
 *
 * @typedef {Awaited<ReturnType<typeof startServer>>} Server
 * @typedef {Awaited<ReturnType<typeof startLoad>>} Load
 */

/**
 * A server with one contestant, ready to answer.
 *
 * @param {ServerArgument} argument
 * @param {{ core?: string | undefined, flags?: readonly string[] }} [options]
 */
export async function startServer(argument, options = {}) {
  const child = new Child(new URL('server.mjs', import.meta.url), { argument, ...options });
  /** @type {number} */
  const port = await child.need('port');
  return {
    port,
    /** @returns {Promise<Usage>} what it has used, after a collection of garbage where that is wanted */
    usage: ({ collect = false } = {}) => child.ask({ collect }, 'usage'),
    end: () => child.kill(),
  };
}

/**
 * The process that makes the load; `null` lets it run on any core.
 *
 * @param {string | null} [core]
 */
export async function startLoad(core = LOAD_CORE) {
  const child = new Child(new URL('load.mjs', import.meta.url), { core: core ?? undefined });
  await child.need('ready');
  return {
    /**
     * @param {string} name
     * @param {readonly string[]} tokens
     */
    store: (name, tokens) => child.ask({ store: { name, tokens } }, 'stored'),
    /**
     * @param {number} port
     * @param {readonly Stream[]} streams
     * @returns {Promise<StreamResult[]>} in the order of the streams
     */
    run: (port, streams) => child.ask({ run: { port, streams } }, 'results'),
    end: () => child.kill(),
  };
}

/**
 * How long an import takes, in milliseconds, in a process that has loaded Nest already.
 *
 * @param {readonly string[]} specifiers
 * @returns {Promise<number>}
 */
export async function importTime(specifiers) {
  const child = new Child(new URL('import-time.mjs', import.meta.url), { argument: specifiers });
  try {
    return await child.need('milliseconds');
  } finally {
    await child.kill();
  }
}
