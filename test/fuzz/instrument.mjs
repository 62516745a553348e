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
 */
export async function loadInstrumented(names) {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const coverageVariable = '__fuzz_coverage__';
  const instrumenter = createInstrumenter({ esModules: true, coverageVariable });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
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
  return { exports, counters: new Counters(Object.values(globalThis[coverageVariable])) };
}

/** What an input has reached, as AFL tells it apart: which counters, and the order of magnitude of each. */
class Counters {
  constructor(files) {
    this.lists = files.flatMap(({ s, b }) => [s, ...Object.values(b)]);
    this.offsets = [];
    let size = 0;
    for (const list of this.lists) {
      this.offsets.push(size);
      size += Object.keys(list).length;
    }
    this.keys = this.lists.map((list) => Object.keys(list));
    this.size = size;
    this.seen = new Uint8Array(size);
    this.reset();
  }

  reset() {
    this.lists.forEach((list, i) => {
      for (const key of this.keys[i]) list[key] = 0;
    });
  }

  /** How many of all counters were ever reached. */
  reached() {
    return this.seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0);
  }

  /** Whether the input since the last reset reached anything new; resets. */
  takeNew() {
    let isNew = false;
    for (let i = 0; i < this.lists.length; i++) {
      const list = this.lists[i];
      const keys = this.keys[i];
      for (let j = 0; j < keys.length; j++) {
        const count = list[keys[j]];
        if (count === 0) continue;
        list[keys[j]] = 0;
        const bit = 1 << Math.min(7, Math.floor(Math.log2(count)));
        const at = this.offsets[i] + j;
        if ((this.seen[at] & bit) === 0) {
          this.seen[at] |= bit;
          isNew = true;
        }
      }
    }
    return isNew;
  }
}
