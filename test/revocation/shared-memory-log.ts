import { randomUUID } from 'node:crypto';
import { type RevocationLog, RevocationLogError, type RevocationLogPage } from 'nestjs-scaleway-auth';

/** A log in this process that several readers share, and that a test can damage. */
export class SharedMemoryLog implements RevocationLog {
  entries: { readonly id: string; readonly text: string }[] = [];
  life = randomUUID();
  isAway = false;
  delayMs = 0;
  appended = 0;
  private removals = 0;

  constructor(private readonly pageSize = 1000) {}

  async append(texts: readonly string[]): Promise<void> {
    await this.answer();
    this.appended += texts.length;
    for (const text of texts) this.entries.push({ id: randomUUID(), text });
  }

  async read(after?: string): Promise<RevocationLogPage> {
    await this.answer();
    const prefix = `${this.removals}:`;
    const at = this.entries.findLastIndex(({ id }) => prefix + id === after);
    const rewritten = after !== undefined && at === -1;
    const page = this.entries.slice(at + 1, at + 1 + this.pageSize);
    const last = page.at(-1);
    const cursor = last === undefined ? (rewritten ? undefined : after) : prefix + last.id;
    return {
      entries: page.map(({ text }) => text),
      cursor,
      more: page.length === this.pageSize,
      rewritten,
      life: this.life,
    };
  }

  async close(): Promise<void> {}

  /** Restarts with the first entries alone, as after a crash or from an older snapshot. */
  restartWith(count: number): void {
    this.entries = this.entries.slice(0, count);
    this.life = randomUUID();
  }

  /** Removes entries from the middle, which a log notices that counts them. */
  remove(from: number, count: number): void {
    this.entries.splice(from, count);
    this.removals++;
    this.life = randomUUID();
  }

  private async answer(): Promise<void> {
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (this.isAway) throw new RevocationLogError('connection refused');
  }
}
