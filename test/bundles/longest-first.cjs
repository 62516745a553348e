const { default: Sequencer } = require('@jest/test-sequencer');

/** Those that wait for timers take longest and need least of the processor: they begin, and the others run beside them. */
const ORDER = ['rest', 'platform', 'transports', 'core', 'security'];

module.exports = class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {import('@jest/test-result').Test[]} tests
   */
  sort(tests) {
    const place = (/** @type {string} */ path) => ORDER.findIndex((name) => path.endsWith(`/${name}.spec.js`));
    return tests.toSorted((one, other) => place(one.path) - place(other.path));
  }
};
