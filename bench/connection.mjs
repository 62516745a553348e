import { connect } from 'node:net';
import { takeReplies } from '../scripts/tooling/http-replies.mjs';

/**
 * A kept-alive HTTP/1.1 connection that writes prepared requests: the maker of the load shares the machine with the
 * server, and each microsecond of its own is one that the server may lack.
 */
export class Connection {
  /** @type {Buffer} */
  pending = Buffer.alloc(0);
  /** When the last request was written, in milliseconds. */
  since = 0;

  /**
   * @param {number} port
   * @param {(status: number) => void} [onReply] called with the status of each reply, in the order of the requests
   */
  constructor(port, onReply = () => {}) {
    this.onReply = onReply;
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => this.read(chunk));
    /** @type {Promise<never>} */
    this.failed = new Promise((_resolve, reject) => {
      this.socket.on('error', reject);
      this.socket.on('close', () => reject(new Error('The server closed a connection')));
    });
    // Whoever waits for replies also waits for this; before that, nobody does.
    this.failed.catch(() => {});
  }

  /** @param {string} request */
  write(request) {
    this.socket.write(request, 'latin1');
  }

  /** @param {Buffer} chunk */
  read(chunk) {
    const data = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    this.pending = takeReplies(data, (status) => this.onReply(status));
  }
}

/** @param {string} path */
const headOf = (path) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nUser-Agent: bench\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n`;

/**
 * Gives a maker of the bytes of a request to a path with a token.
 *
 * @param {string} path
 */
export function requester(path) {
  const head = headOf(path);
  /** @param {string} [token] */
  return (token) => (token === undefined ? `${head}\r\n` : `${head}X-Auth-Token: ${token}\r\n\r\n`);
}
