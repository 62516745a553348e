import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';
import { type ScwRefusalReason, statusOf } from './refusal-reasons.js';

/** The injection token of the application's {@link RefusalLog}: the ESM and CommonJS copies agree on it. */
export const REFUSAL_LOG = Symbol.for('nestjs-scaleway-auth:refusal-log');

/** The fields of a log line. They contain no token, key, URL or body. */
interface LineFields {
  readonly reason: ScwRefusalReason;
  readonly status?: number;
  /** The name of the header that decided. */
  readonly header?: string | undefined;
  /** `Class.method`. */
  readonly handler?: string | undefined;
  /** The token's id, if its signature was verified. */
  readonly jti?: string | undefined;
  /** A sentence that says what to do, if the reason alone does not. */
  readonly detail?: string | undefined;
  /** Refusals for the same reason within the last second that were not logged. */
  readonly omitted?: number;
}

/** One refusal. */
export interface ReportedRefusal {
  readonly reason: ScwRefusalReason;
  readonly header?: string | undefined;
  readonly tokenId?: string | undefined;
  readonly handler?: string | undefined;
  readonly detail?: string | undefined;
  /** What was thrown, if the reason is `unexpected`. */
  readonly error?: unknown;
}

/** The refusals of one second for one reason. */
interface Window {
  lines: number;
  omitted: number;
  readonly timer: NodeJS.Timeout;
}

/** Lines a second for each reason: enough to see what happens, but a flood cannot fill a disk. */
const LINES_PER_SECOND = 10;

/** Writes a line for each refusal. After ten lines for one reason, only counts further refusals of that second. */
export class RefusalLog {
  readonly #windows = new Map<ScwRefusalReason, Window>();
  readonly #logger: Pick<LoggerService, 'warn' | 'error'>;
  #isEnded = false;

  constructor(logger: Pick<LoggerService, 'warn' | 'error'>) {
    this.#logger = logger;
  }

  report({ reason, header, handler, tokenId, detail, error }: ReportedRefusal): void {
    if (this.#isEnded) return;
    const window = this.#windows.get(reason) ?? this.#open(reason);
    if (window.lines === LINES_PER_SECOND) {
      window.omitted++;
      return;
    }
    window.lines++;
    this.#write('Request refused', { reason, status: statusOf(reason), header, handler, jti: tokenId, detail });
    if (reason === 'unexpected' && detail === undefined) this.#log('error', describeError(error));
  }

  /** Writes the pending counts, and nothing later; called when the application has shut down. */
  end(): void {
    this.#isEnded = true;
    for (const [reason, window] of this.#windows) this.#close(reason, window);
  }

  #open(reason: ScwRefusalReason): Window {
    // unref: the log must not keep the process alive.
    const timer = setTimeout(() => this.#close(reason, window), 1000).unref();
    const window: Window = { lines: 0, omitted: 0, timer };
    this.#windows.set(reason, window);
    return window;
  }

  #close(reason: ScwRefusalReason, window: Window): void {
    clearTimeout(window.timer);
    this.#windows.delete(reason);
    if (window.omitted > 0) this.#write('More requests refused', { reason, omitted: window.omitted });
  }

  #write(message: string, fields: LineFields): void {
    this.#log('warn', new RefusalLine(message, fields));
  }

  /** A logger that throws must not turn a refusal into another error. */
  #log(level: 'warn' | 'error', message: unknown): void {
    try {
      this.#logger[level](message);
    } catch {
      // The logger itself failed, so there is no place to report it.
    }
  }
}

/** Control and format characters, unpaired surrogates, line and paragraph separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Loggers that write JSON get an object with fields; other loggers get one line of text. */
class RefusalLine {
  constructor(
    readonly message: string,
    fields: LineFields,
  ) {
    // A jti can be any string. In a log line it must not start a new line or control a terminal.
    for (const [name, value] of Object.entries(fields))
      Object.assign(this, { [name]: typeof value === 'string' ? value.replace(UNPRINTABLE, '?') : value });
  }

  toString(): string {
    const { message, ...fields } = this;
    const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
    return `${message}: ${pairs.map(([name, value]) => `${name}=${String(value)}`).join(' ')}`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** The name of an unexpected error and where it was thrown. Not its message, which may quote what a client sent. */
function describeError(error: unknown): string {
  const { name, stack } = error instanceof Error ? error : new Error();
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return `${name} while checking a token:\n${frames.join('\n')}`;
}
