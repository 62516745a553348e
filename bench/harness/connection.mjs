import { connect } from 'node:net';

const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const STATUS_AT = 'HTTP/1.1 '.length;

/**
 * A kept-alive HTTP/1.1 connection that writes prepared requests and takes replies apart no further than it must: the
 * maker of the load shares the machine with the server, and each microsecond of its own is one that the server may lack.
 */
export class Connection {
  pending = Buffer.alloc(0);

  /** @param onReply called with the status of each reply, in the order of the requests */
  constructor(port, onReply) {
    this.onReply = onReply;
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => this.read(chunk));
    this.failed = new Promise((_resolve, reject) => {
      this.socket.on('error', reject);
      this.socket.on('close', () => reject(new Error('The server closed a connection')));
    });
    // Whoever waits for replies also waits for this; before that, nobody does.
    this.failed.catch(() => {});
  }

  write(request) {
    this.socket.write(request, 'latin1');
  }

  read(chunk) {
    let data = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    for (;;) {
      const headersEnd = data.indexOf(END_OF_HEADERS);
      if (headersEnd < 0) break;
      const headers = data.latin1Slice(0, headersEnd);
      const length = /\r\ncontent-length: *(\d+)/i.exec(headers);
      if (length === null) throw new Error(`A reply without Content-Length: ${headers}`);
      const end = headersEnd + END_OF_HEADERS.length + Number(length[1]);
      if (data.length < end) break;
      data = data.subarray(end);
      this.onReply(Number(headers.slice(STATUS_AT, STATUS_AT + 3)));
    }
    this.pending = data;
  }

  end() {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }
}

const HEAD = (path) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nUser-Agent: bench\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n`;

/** Gives a maker of the bytes of a request to a path with a token. */
export function requester(path) {
  const head = HEAD(path);
  return (token) => (token === undefined ? `${head}\r\n` : `${head}X-Auth-Token: ${token}\r\n\r\n`);
}
