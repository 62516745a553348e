// A mutant is killed by the first test that fails: whatever would come after it is skipped, with what it would set up.
const { TestEnvironment } = require('jest-environment-node');

/** The runs in which one has failed; the files after it need not be loaded. */
const failed = new Set();

module.exports = class FirstFailureEnvironment extends TestEnvironment {
  constructor(...args) {
    super(...args);
    this.global.mutantIsKilled = failed.has(process.env.MUTATION_RUN);
  }

  handleTestEvent({ name, test }, { rootDescribeBlock }) {
    if (name !== 'test_done' || test.errors.length === 0) return;
    failed.add(process.env.MUTATION_RUN);
    skip(rootDescribeBlock);
  }
};

function skip(block) {
  block.mode = 'skip';
  for (const child of block.children)
    if (child.type === 'describeBlock') skip(child);
    else if (child.status === null) child.mode = 'skip';
}
