import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { printable } from '../printable.js';
import { packageFile } from './package-file.js';

/** A refusal that the container reported. Strings are made printable and shortened. */
export interface ReportedRefusal {
  readonly time: string;
  readonly reason: string;
  readonly status: number;
  readonly handler: string;
  readonly header: string;
  readonly tokenId: string;
}

/** If this is set to nothing in the shell, nothing is loaded or reported. */
const REPORT_TO = 'NESTJS_SCALEWAY_AUTH_REPORT_TO';
const KEPT = 20;
const MAX_CHARACTERS = 200;

/** The last refusals of the application that `dev` runs, newest first. */
export class RefusalReports {
  /** Only allows a process to report. The application does not get the key that issues tokens. */
  readonly key: string = randomUUID();
  private refusals: readonly ReportedRefusal[] = [];

  /** Adds what report-refusals.cjs sends: a list of the guard's events. Ignores anything else. */
  add(events: unknown): void {
    if (!Array.isArray(events)) return;
    const added = events.slice(-KEPT).filter(isObject).map(read);
    this.refusals = [...added.toReversed(), ...this.refusals].slice(0, KEPT);
  }

  list(): readonly ReportedRefusal[] {
    return this.refusals;
  }

  /**
   * The variables that make Node load report-refusals.cjs into each process of the command, and say where to report. The
   * library does not contain this code, so nothing is reported without these variables, as in production.
   */
  environment(command: readonly string[], shell: NodeJS.ProcessEnv, platformUrl: string): NodeJS.ProcessEnv {
    const file = packageFile('report-refusals.cjs');
    if (shell[REPORT_TO] === '' || !existsSync(file) || refusesToPreload(command, shell)) return {};
    const preload = `--require "${file.replace(/["\\]/g, '\\$&')}"`;
    return {
      NODE_OPTIONS: [shell['NODE_OPTIONS'], preload].filter(Boolean).join(' '),
      [REPORT_TO]: `${platformUrl}/console/refusals#${this.key}`,
    };
  }
}

/** Whether a process of the command would fail to load a file of this package, and exit. */
function refusesToPreload(command: readonly string[], shell: NodeJS.ProcessEnv): boolean {
  const words = [...command, ...(shell['NODE_OPTIONS'] ?? '').split(' ')];
  // Yarn's Plug'n'Play keeps packages in archives. With Node's permission model, programs can only read the paths that they list.
  return process.versions['pnp'] !== undefined || words.some((word) => /^--(?:experimental-)?permission$/.test(word));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function read(event: Record<string, unknown>): ReportedRefusal {
  const text = (name: string) =>
    typeof event[name] === 'string' ? printable(event[name].slice(0, MAX_CHARACTERS)) : '';
  return {
    time: text('time'),
    reason: text('reason'),
    status: typeof event['status'] === 'number' ? event['status'] : 0,
    handler: text('handler'),
    header: text('header'),
    tokenId: text('tokenId'),
  };
}
