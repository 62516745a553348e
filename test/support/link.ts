import { createServer, type AddressInfo, connect, type Server, type Socket } from 'node:net';

/** A network between a client and a server, which a test can make slow, or cut in the ways in which networks are cut. */
export class Link {
  private server: Server | undefined;
  private readonly pairs = new Set<Socket>();
  /** Connections that were open when packets began to be dropped. */
  private readonly dead = new Set<Socket>();
  private refusing = false;
  /** One way, in milliseconds. */
  delayMs = 0;

  constructor(private targetPort: number) {}

  get port(): number {
    return (this.server!.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async open(): Promise<this> {
    this.server = createServer((client) => this.join(client));
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** Packets of the connections that are open get lost, without a word to either end. New connections work. */
  dropExisting(): void {
    for (const socket of this.pairs) this.dead.add(socket);
  }

  /** Nothing gets through, and new connections get no answer. */
  partition(): void {
    this.refusing = true;
    this.dropExisting();
  }

  heal(): void {
    this.refusing = false;
  }

  /** New connections lead to another server, as after a failover. */
  leadTo(port: number): void {
    this.targetPort = port;
    this.reset();
  }

  /** Resets every connection. */
  reset(): void {
    for (const socket of this.pairs) socket.destroy();
  }

  async close(): Promise<void> {
    if (this.server?.listening !== true) return;
    this.server.close();
    this.reset();
  }

  private join(client: Socket): void {
    const upstream = connect(this.targetPort, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.pairs.add(from);
      if (this.refusing) this.dead.add(from);
      from.on('data', (chunk) => this.later(() => !this.dead.has(from) && to.writable && to.write(chunk)));
      from.on('error', () => {});
      from.on('close', () => {
        this.pairs.delete(from);
        if (!this.dead.has(from)) this.later(() => to.destroy());
      });
    }
  }

  private later(work: () => unknown): void {
    if (this.delayMs === 0) work();
    else setTimeout(work, this.delayMs);
  }
}
