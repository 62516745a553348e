import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createInstrumenter } from 'istanbul-lib-instrument';
import ts from 'typescript';

const lib = fileURLToPath(new URL('../../lib/', import.meta.url));
const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, isolatedModules: true };

/**
 * Loads some files of lib/, compiled and with a counter at every statement and branch, and gives what they export and the
 * counters. Nothing has to be built first, so that the fuzzer sees the source as it is.
 *
 * @param {readonly string[]} names paths in lib/, without `.ts`; in the order in which they import each other
 */
export async function loadInstrumented(names) {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const coverageVariable = '__fuzz_coverage__';
  const instrumenter = createInstrumenter({ esModules: true, coverageVariable });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  /** @type {any} */
  const exports = {};
  try {
    for (const name of names) {
      const source = join(lib, `${name}.ts`);
      const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), { compilerOptions: options });
      const target = join(folder, `${name}.js`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, instrumenter.instrumentSync(outputText, source));
    }
    for (const name of names) Object.assign(exports, await import(pathToFileURL(join(folder, `${name}.js`)).href));
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { exports, counters: new Counters(Object.values(Reflect.get(globalThis, coverageVariable))) };
}

/** @typedef {Record<string, number>} List counters by their number */

/** What an input has reached, as AFL tells it apart: which counters, and the order of magnitude of each. */
class Counters {
  /** @param {{ s: List, b: Record<string, List> }[]} files of istanbul: statements and branches */
  constructor(files) {
    this.lists = files.flatMap(({ s, b }) => [s, ...Object.values(b)]);
    this.size = this.lists.reduce((sum, list) => sum + Object.keys(list).length, 0);
    this.seen = new Uint8Array(this.size);
    this.reset();
  }

  reset() {
    for (const list of this.lists) for (const key of Object.keys(list)) list[key] = 0;
  }

  /** How many of all counters were ever reached. */
  reached() {
    return this.seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0);
  }

  /** Whether the input since the last reset reached anything new; resets. */
  takeNew() {
    let isNew = false;
    let at = 0;
    for (const list of this.lists)
      for (const key in list) {
        const count = list[key] ?? 0;
        const seen = this.seen[at] ?? 0;
        const bit = count === 0 ? 0 : 1 << Math.min(7, Math.floor(Math.log2(count)));
        list[key] = 0;
        if ((seen & bit) !== bit) {
          this.seen[at] = seen | bit;
          isNew = true;
        }
        at++;
      }
    return isNew;
  }
}
