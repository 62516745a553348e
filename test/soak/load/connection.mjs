import { connect } from 'node:net';

const END_OF_HEADERS = Buffer.from('\r\n\r\n');
/** A request that is not answered within this is counted as lost; milliseconds. */
const PATIENCE = 10_000;

/** An HTTP/1.1 connection over which the bytes of any request can be sent; answers come in the order of the requests. */
export class Connection {
  waiting = [];
  /** Whether the server has said that no further request will be answered. */
  isLast = false;
  #pending = Buffer.alloc(0);
  #socket;
  #timer;

  /** @param onAnswer called with a request and its answer @param onEnd called once, with what was not answered, and why */
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
    this.#socket.on('error', ({ code, message }) => {
      why = code ?? message;
    });
    this.#socket.on('close', () => {
      clearInterval(this.#timer);
      onEnd({ waiting: this.waiting, why, opened });
    });
    this.#timer = setInterval(() => {
      if (this.waiting.length > 0 && Date.now() - this.waiting[0].at > PATIENCE)
        this.#socket.destroy(Object.assign(new Error(), { code: 'no answer within 10 seconds' }));
    }, 1000);
  }

  send(requests) {
    const at = Date.now();
    for (const request of requests) this.waiting.push(Object.assign(request, { at }));
    this.#socket.write(requests.map(({ text }) => text).join(''), 'latin1');
  }

  /** Leaves like a client that crashes (RST) or goes away (FIN); nobody waits for an answer any more. */
  abandon(hard) {
    this.waiting = [];
    if (hard) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  #read(chunk) {
    let data = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const headersEnd = data.indexOf(END_OF_HEADERS);
      if (headersEnd < 0) break;
      const head = data.latin1Slice(0, headersEnd);
      const from = headersEnd + END_OF_HEADERS.length;
      const end = from + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (data.length < end) break;
      const body = data.latin1Slice(from, end);
      data = data.subarray(end);
      if (/\r\nconnection: *close/i.test(head)) this.isLast = true;
      const request = this.waiting.shift();
      if (request === undefined) {
        this.#socket.destroy(new Error('an answer that nobody asked for'));
        return;
      }
      this.onAnswer(request, {
        status: Number(head.slice(9, 12)),
        challenge: /\r\nwww-authenticate: *([^\r]+)/i.exec(head)?.[1],
        jti: /"jti":"([^"]*)"/.exec(body)?.[1],
      });
    }
    this.#pending = data;
  }
}
