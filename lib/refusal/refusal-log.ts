import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';
import type { ScwRefusalReason } from './refusal-reasons.js';

/** What the operator gets to know about a refusal. Never a token, a key, a URL or a body. */
export interface RefusalFields {
  readonly reason: ScwRefusalReason;
  readonly status?: number;
  /** The name of the header that decided. */
  readonly header?: string | undefined;
  /** `Class.method`. */
  readonly handler?: string | undefined;
  /** The token's id, when its signature was verified. */
  readonly jti?: string | undefined;
  /** A sentence, where the reason alone would not tell what to do. */
  readonly detail?: string;
  /** Refusals for the same reason within the last second that got no line of their own. */
  readonly omitted?: number;
}

/** A second's refusals for one reason. */
interface Window {
  lines: number;
  omitted: number;
  readonly timer: NodeJS.Timeout;
}

/** Lines a second for each reason: enough to see what happens, too few for a flood to fill a disk. */
const LINES_PER_SECOND = 10;

/**
 * Writes a line a refusal, a bounded number of them, and counts the rest.
 */
export class RefusalLog {
  private readonly windows = new Map<ScwRefusalReason, Window>();

  constructor(private readonly logger: Pick<LoggerService, 'warn'>) {}

  /** @returns whether it wrote a line, so that what goes with one (a stack) is within the bound too */
  report(fields: RefusalFields): boolean {
    const window = this.windows.get(fields.reason) ?? this.open(fields.reason);
    if (window.lines === LINES_PER_SECOND) {
      window.omitted++;
      return false;
    }
    window.lines++;
    this.logger.warn(new RefusalLine('Request refused', fields));
    return true;
  }

  /** Writes the counts that are still open; called when the application shuts down. */
  flush(): void {
    for (const [reason, window] of this.windows) this.close(reason, window);
  }

  private open(reason: ScwRefusalReason): Window {
    // unref: a log must not keep a process alive that wants to end.
    const timer = setTimeout(() => this.close(reason, window), 1000).unref();
    const window: Window = { lines: 0, omitted: 0, timer };
    this.windows.set(reason, window);
    return window;
  }

  private close(reason: ScwRefusalReason, window: Window): void {
    clearTimeout(window.timer);
    this.windows.delete(reason);
    if (window.omitted > 0)
      this.logger.warn(new RefusalLine('More requests refused', { reason, omitted: window.omitted }));
  }
}

/** Controls, formats, halves of surrogate pairs, and the separators of lines and paragraphs. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** An object with fields for loggers that write JSON, and one line of text for those that do not. */
class RefusalLine {
  constructor(
    readonly message: string,
    fields: RefusalFields,
  ) {
    Object.assign(this, fields);
  }

  toString(): string {
    const { message, ...fields } = this;
    const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
    // A jti is text of any kind; in a line of text it must not begin another one, or speak to a terminal.
    return `${message}: ${pairs.map(([name, value]) => `${name}=${String(value)}`).join(' ')}`.replace(
      UNPRINTABLE,
      '?',
    );
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
