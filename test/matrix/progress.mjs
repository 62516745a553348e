// What is going on, on stderr: one line that is written over on a terminal, elsewhere a line for what takes its time.
import { progress } from '../../scripts/tooling/progress.mjs';

const { stderr } = process;

export class Progress {
  #begun = 0;
  #row = '';

  /** @param {number} total */
  constructor(total) {
    this.total = total;
  }

  /** @param {string} row */
  begin(row) {
    this.#begun += 1;
    this.#row = row;
    progress(`${this.#at()} ${row}`);
  }

  /**
   * Work that rows share, and that takes its time: installing, compiling.
   *
   * @param {string} what
   */
  show(what) {
    progress(`${this.#at()} ${this.#row}: ${what}`);
    if (!stderr.isTTY) stderr.write(`${this.#at()} ${what}\n`);
  }

  /**
   * @param {string} row
   * @param {unknown} error
   */
  failed(row, error) {
    progress();
    stderr.write(`FAILED ${row}\n${indented(error instanceof Error ? error.message : String(error))}\n`);
  }

  #at() {
    return `[${this.#begun}/${this.total}]`;
  }
}

/**
 * The beginning says what failed, and the end why.
 *
 * @param {string} text
 */
function indented(text, most = 60) {
  const lines = text.trimEnd().split('\n');
  const shown = lines.length <= most ? lines : [...lines.slice(0, most / 2), '…', ...lines.slice(-most / 2)];
  return shown.map((line) => `  ${line}`).join('\n');
}
