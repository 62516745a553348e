import { Connection } from './connection.mjs';

/**
 * One of the connections that make the load: it asks again as soon as it is answered, each time for another caller, and
 * goes on until the server says that it is leaving. Whatever it has asked and does not get an answer to is lost.
 */
export class Polite {
  /**
   * @param {import('./material.mjs').Phase} phase
   * @param {import('./tally.mjs').Tally} tally
   * @param {(phase: import('./material.mjs').Phase) => import('./requests.mjs').Request[]} next gives the requests to send next
   */
  constructor(phase, tally, next) {
    this.next = next;
    this.phase = phase;
    this.tally = tally;
  }

  async run() {
    while (await this.#connection());
  }

  /** @returns {Promise<boolean>} whether to open another one */
  #connection() {
    const { phase, tally, next } = this;
    return new Promise((resolve) => {
      const connection = new Connection(phase.port, {
        onOpen: () => connection.send(next(phase)),
        onAnswer: (request, answer) => {
          tally.answer(request, answer);
          if (connection.waiting.length === 0 && !connection.isLast) connection.send(next(phase));
        },
        onEnd: ({ waiting, why, opened }) => {
          for (const request of waiting) tally.lost(request, why);
          if (!opened && !phase.ending) tally.lost({ kind: 'a new connection' }, why);
          // A server that is down would be asked in a busy loop.
          const again = !phase.ending && opened;
          if (again) tally.note('(connections closed by the server)');
          resolve(again);
        },
      });
    });
  }
}
