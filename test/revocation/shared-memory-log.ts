import { randomUUID } from 'node:crypto';
import { type RevocationLog, RevocationLogError, type RevocationLogPage } from 'nestjs-scaleway-auth';

/** A log in this process that several readers share, and that a test can damage. */
export class SharedMemoryLog implements RevocationLog {
  entries: { readonly id: string; readonly text: string }[] = [];
  life = randomUUID();
  isAway = false;
  delayMs = 0;
  appended = 0;

  constructor(private readonly pageSize = 1000) {}

  async append(text: string): Promise<void> {
    await this.answer();
    this.appended++;
    this.entries.push({ id: randomUUID(), text });
  }

  async read(after?: string): Promise<RevocationLogPage> {
    await this.answer();
    const at = this.entries.findIndex(({ id }) => id === after);
    const rewritten = after !== undefined && at === -1;
    const page = this.entries.slice(at + 1, at + 1 + this.pageSize);
    const cursor = page.at(-1)?.id ?? (rewritten ? undefined : after);
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

  private async answer(): Promise<void> {
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (this.isAway) throw new RevocationLogError('connection refused');
  }
}
