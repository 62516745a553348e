import { writeSync } from 'node:fs';

/** A jest reporter: progress, a line for each spec file of a bundle, and the suite's figures as the last line. */
export default class Figures {
  #suite = process.env.TEST_SUITE || 'jest';
  #seed;
  /** The file that each bundle is at, with its tests so far. */
  #current = new Map();
  #files = 0;

  constructor({ seed }) {
    this.#seed = seed;
  }

  onTestCaseResult({ path }, { ancestorTitles: [title = ''], status, duration }) {
    if (!isBundle(path)) return;
    const current = this.#current.get(path);
    if (current?.file !== title) {
      this.#tell(current);
      this.#current.set(path, { file: title, tests: 0, failed: 0, duration: 0 });
    }
    const now = this.#current.get(path);
    if (status !== 'pending') now.tests++;
    if (status === 'failed') now.failed++;
    now.duration += duration ?? 0;
  }

  onTestResult({ path }) {
    if (!isBundle(path)) this.#files++;
    else this.#tell(this.#current.get(path));
    this.#current.delete(path);
  }

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

  #tell(done) {
    if (done === undefined || done.tests === 0) return;
    this.#files++;
    const failed = done.failed > 0 ? `, ${done.failed} FAILED` : '';
    process.stderr.write(`${done.file} (${done.tests} tests${failed}, ${Math.round(done.duration)} ms)\n`);
  }
}

const isBundle = (path) => path.includes('/test/bundles/');
