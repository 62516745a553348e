// A mutant is killed by the first test that fails: whatever would come after it is skipped, with what it would set up.
const BundleEnvironment = require('../bundles/environment.cjs');

/**
 * The runs in which one has failed; the files after it need not be loaded.
 *
 * @type {Set<string | undefined>}
 */
const failed = new Set();

module.exports = class FirstFailureEnvironment extends BundleEnvironment {
  /** @param {ConstructorParameters<typeof BundleEnvironment>} args */
  constructor(...args) {
    super(...args);
    Reflect.set(this.global, 'mutantIsKilled', failed.has(process.env['MUTATION_RUN']));
  }

  /**
   * @override
   * @param {import('@jest/types').Circus.Event} event
   * @param {import('@jest/types').Circus.State} state
   */
  handleTestEvent(event, state) {
    super.handleTestEvent(event, state);
    if (event.name !== 'test_done' || event.test.errors.length === 0) return;
    failed.add(process.env['MUTATION_RUN']);
    skip(state.rootDescribeBlock);
  }
};

/** @param {import('@jest/types').Circus.DescribeBlock} block */
function skip(block) {
  block.mode = 'skip';
  for (const child of block.children)
    if (child.type === 'describeBlock') skip(child);
    else if (child.status === null) child.mode = 'skip';
}
