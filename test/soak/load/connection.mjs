import { connect } from 'node:net';
import { takeReplies } from '../../../scripts/tooling/http-replies.mjs';

/** A request that is not answered within this is counted as lost; milliseconds. */
const PATIENCE = 10_000;

/**
 * @typedef {import('./requests.mjs').Request} Request
 * @typedef {Request & { at: number }} Asked a request and when it was sent
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string | undefined} challenge
 * @property {string | undefined} jti
 *
 * @typedef {object} Handlers
 * @property {() => void} onOpen
 * @property {(asked: Asked, answer: Answer) => void} onAnswer
 * @property {(end: { waiting: Asked[], why: string, opened: boolean }) => void} onEnd called once, with what was not answered
 */

/** An HTTP/1.1 connection over which the bytes of any request can be sent; answers come in the order of the requests. */
export class Connection {
  /** @type {Asked[]} */
  waiting = [];
  /** Whether the server has said that no further request will be answered. */
  isLast = false;
  /** @type {Buffer} */
  #pending = Buffer.alloc(0);
  #socket;
  #timer;

  /**
   * @param {number} port
   * @param {Handlers} handlers
   */
  constructor(port, { onOpen, onAnswer, onEnd }) {
    this.onAnswer = onAnswer;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let why = 'closed';
    let opened = false;
    this.#socket.on('connect', () => {
      opened = true;
      onOpen();
    });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (/** @type {NodeJS.ErrnoException} */ { code, message }) => {
      why = code ?? message;
    });
    this.#socket.on('close', () => {
      clearInterval(this.#timer);
      onEnd({ waiting: this.waiting, why, opened });
    });
    this.#timer = setInterval(() => {
      const [oldest] = this.waiting;
      if (oldest !== undefined && Date.now() - oldest.at > PATIENCE)
        this.#socket.destroy(Object.assign(new Error(), { code: 'no answer within 10 seconds' }));
    }, 1000);
  }

  /** @param {readonly Request[]} requests */
  send(requests) {
    const at = Date.now();
    for (const request of requests) this.waiting.push(Object.assign(request, { at }));
    this.#socket.write(requests.map(({ text }) => text).join(''), 'latin1');
  }

  /**
   * Leaves like a client that crashes (RST) or goes away (FIN); nobody waits for an answer any more.
   *
   * @param {boolean} hard
   */
  abandon(hard) {
    this.waiting = [];
    if (hard) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  /** @param {Buffer} chunk */
  #read(chunk) {
    const data = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = takeReplies(data, (status, head, from, end) => {
      if (/\r\nconnection: *close/i.test(head)) this.isLast = true;
      const request = this.waiting.shift();
      if (request === undefined) {
        this.#socket.destroy(new Error('an answer that nobody asked for'));
        return;
      }
      this.onAnswer(request, {
        status,
        challenge: /\r\nwww-authenticate: *([^\r]+)/i.exec(head)?.[1],
        jti: /"jti":"([^"]*)"/.exec(data.toString('latin1', from, end))?.[1],
      });
    });
  }
}
