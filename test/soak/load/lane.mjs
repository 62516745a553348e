import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from './connection.mjs';
import { pick } from '../../../scripts/tooling/statistics.mjs';
import { BROKEN } from './requests.mjs';

/** Between two connections, in milliseconds: each leaves a port behind that cannot be used for a minute. */
const PAUSE = 25;

/** One connection after the other, each with one request that is broken, aborted, or leaves after its answer. */
export class Lane {
  /**
   * @param {import('./material.mjs').Phase} phase
   * @param {import('./tally.mjs').Tally} tally
   * @param {number} offset where it begins among the kinds of requests
   */
  constructor(phase, tally, offset) {
    this.phase = phase;
    this.tally = tally;
    this.at = offset;
  }

  async run() {
    while (!this.phase.ending) {
      const make = BROKEN[this.at++ % BROKEN.length];
      if (make !== undefined) await this.#once(make(pick(this.phase.callers)));
      await delay(PAUSE);
    }
  }

  /**
   * @param {import('./requests.mjs').Request} request
   * @returns {Promise<void>}
   */
  #once(request) {
    const { phase, tally } = this;
    return new Promise((resolve) => {
      const connection = new Connection(phase.port, {
        onOpen: () => {
          connection.send([request]);
          if (request.cut === undefined) return;
          tally.note(request.kind);
          setTimeout(() => connection.abandon(this.at % 2 === 0), request.cut);
        },
        onAnswer: (asked, answer) => {
          if (asked.cut === undefined) tally.answer(asked, answer);
          connection.abandon(false);
        },
        onEnd: ({ waiting, why, opened }) => {
          // What was not yet accepted when the server left is no request that it had.
          const lost = opened ? waiting : [{ kind: 'a new connection' }];
          if (!phase.ending) for (const one of lost) tally.lost(one, why);
          resolve();
        },
      });
    });
  }
}
