// What is going on, on stderr: one line that is written over on a terminal, elsewhere a line for what takes its time.
const { stderr } = process;

export class Progress {
  #begun = 0;
  #row = '';

  constructor(total) {
    this.total = total;
  }

  begin(row) {
    this.#begun += 1;
    this.#row = row;
    if (stderr.isTTY) this.#line(row);
  }

  /** Work that rows share, and that takes its time: installing, compiling. */
  show(what) {
    if (stderr.isTTY) this.#line(`${this.#row}: ${what}`);
    else stderr.write(`${this.#at()} ${what}\n`);
  }

  failed(row, error) {
    this.clear();
    stderr.write(`FAILED ${row}\n${indented(error.message)}\n`);
  }

  clear() {
    if (stderr.isTTY) stderr.write('\r\u001B[K');
  }

  #line(text) {
    this.clear();
    stderr.write(`${this.#at()} ${text}`.slice(0, (stderr.columns ?? 80) - 1));
  }

  #at() {
    return `[${this.#begun}/${this.total}]`;
  }
}

/** The beginning says what failed, and the end why. */
function indented(text, most = 60) {
  const lines = text.trimEnd().split('\n');
  const shown = lines.length <= most ? lines : [...lines.slice(0, most / 2), '…', ...lines.slice(-most / 2)];
  return shown.map((line) => `  ${line}`).join('\n');
}
