import { writeSync } from 'node:fs';

/** A jest reporter: progress, a line for each spec file of a bundle, and the suite's figures as the last line. */
export default class Figures {
  #suite = process.env.TEST_SUITE || 'jest';
  #seed;
  /**
   * The file that each bundle is at, with its tests so far.
   *
   * @type {Map<string, { file: string, tests: number, failed: number, duration: number }>}
   */
  #current = new Map();
  #files = 0;

  /** @param {import('@jest/types').Config.GlobalConfig} config */
  constructor({ seed }) {
    this.#seed = seed;
  }

  /**
   * @param {import('@jest/test-result').Test} test
   * @param {import('@jest/test-result').TestCaseResult} result
   */
  onTestCaseResult({ path }, { ancestorTitles: [title = ''], status, duration }) {
    if (!isBundle(path)) return;
    let now = this.#current.get(path);
    if (now?.file !== title) {
      this.#tell(now);
      now = { file: title, tests: 0, failed: 0, duration: 0 };
      this.#current.set(path, now);
    }
    if (status !== 'pending') now.tests++;
    if (status === 'failed') now.failed++;
    now.duration += duration ?? 0;
  }

  /** @param {import('@jest/test-result').Test} test */
  onTestResult({ path }) {
    if (!isBundle(path)) this.#files++;
    else this.#tell(this.#current.get(path));
    this.#current.delete(path);
  }

  /**
   * @param {unknown} _contexts
   * @param {import('@jest/test-result').AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites, startTime } =
      results;
    const figures = [
      `${numPassedTests} tests in ${this.#files} files passed`,
      `${numFailedTests} failed`,
      `${numPendingTests + numTodoTests} skipped`,
      ...(numRuntimeErrorTestSuites > 0 ? [`${numRuntimeErrorTestSuites} files could not be run`] : []),
      `${((Date.now() - startTime) / 1000).toFixed(1)} s`,
      `seed ${this.#seed}`,
    ];
    // Behind jest's own summary.
    process.once('exit', () => writeSync(2, `${this.#suite}: ${figures.join(', ')}\n`));
  }

  /** @param {{ file: string, tests: number, failed: number, duration: number } | undefined} done */
  #tell(done) {
    if (done === undefined || done.tests === 0) return;
    this.#files++;
    const failed = done.failed > 0 ? `, ${done.failed} FAILED` : '';
    process.stderr.write(`${done.file} (${done.tests} tests${failed}, ${Math.round(done.duration)} ms)\n`);
  }
}

const isBundle = (/** @type {string} */ path) => path.includes('/test/bundles/');
