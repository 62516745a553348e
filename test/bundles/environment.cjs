const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { TestEnvironment } = require('jest-environment-node');

/** What bundle.js needs of jest and cannot have from inside: blocks that are opened and closed, and what is mocked. */
module.exports = class BundleEnvironment extends TestEnvironment {
  #circus;
  #processes = 0;
  #countProcess = () => this.#processes++;
  /** What jest.spyOn() has replaced; jest itself forgets none that was restored alone. */
  #spies = new Set();

  constructor(...args) {
    super(...args);
    const mocker = this.moduleMocker;
    const spyOn = mocker.spyOn.bind(mocker);
    mocker.spyOn = (object, key, access) => {
      const spy = spyOn(object, key, access);
      this.#spies.add({ object, key, access, spy });
      return spy;
    };
  }

  async setup() {
    await super.setup();
    subscribe('child_process', this.#countProcess);
    this.global.bundle = {
      open: (name) => {
        this.global.describe(name, () => {});
        this.#circus.currentDescribeBlock = this.#circus.currentDescribeBlock.children.at(-1);
      },
      close: () => {
        const block = this.#circus.currentDescribeBlock;
        if (!hasTests(block)) throw new Error(`${block.name} has no tests`);
        this.#circus.currentDescribeBlock = block.parent;
      },
      // A clock and timers that no test has replaced.
      now: () => performance.now(),
      setTimeout,
      state: () => ({
        mocks: this.#spied(),
        fakeTimers: 'clock' in this.global.setTimeout,
        testTimeout: this.#circus.testTimeout,
        processes: this.#processes,
      }),
    };
  }

  #spied() {
    for (const each of this.#spies) if (!isInPlace(each)) this.#spies.delete(each);
    return [...this.#spies].map(({ key }) => String(key));
  }

  async teardown() {
    unsubscribe('child_process', this.#countProcess);
    await super.teardown();
  }

  handleTestEvent(_event, state) {
    this.#circus = state;
  }
};

const hasTests = ({ children }) => children.some((child) => child.type === 'test' || hasTests(child));

const isInPlace = ({ object, key, access, spy }) =>
  access === undefined ? object[key] === spy : Object.getOwnPropertyDescriptor(object, key)?.[access] === spy;
