const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { TestEnvironment } = require('jest-environment-node');

/**
 * @typedef {import('@jest/types').Circus.State} State
 * @typedef {import('@jest/types').Circus.DescribeBlock} DescribeBlock
 * @typedef {{ object: any, key: PropertyKey, access: 'get' | 'set' | undefined, spy: unknown }} Spied
 */

/** What bundle.js needs of jest and cannot have from inside: blocks that are opened and closed, and what is mocked. */
module.exports = class BundleEnvironment extends TestEnvironment {
  /** @type {State | undefined} */
  #circus;
  #processes = 0;
  #countProcess = () => void this.#processes++;
  /**
   * What jest.spyOn() has replaced; jest itself forgets none that was restored alone.
   *
   * @type {Set<Spied>}
   */
  #spies = new Set();

  /** @param {ConstructorParameters<typeof TestEnvironment>} args */
  constructor(...args) {
    super(...args);
    const mocker = /** @type {any} */ (this.moduleMocker);
    const spyOn = mocker.spyOn.bind(mocker);
    mocker.spyOn = (/** @type {any} */ object, /** @type {PropertyKey} */ key, /** @type {any} */ access) => {
      const spy = spyOn(object, key, access);
      this.#spies.add({ object, key, access, spy });
      return spy;
    };
  }

  /** @override */
  async setup() {
    await super.setup();
    subscribe('child_process', this.#countProcess);
    const { global } = this;
    /** @type {BundleTools} */
    const tools = {
      open: (name) => {
        global['describe'](name, () => {});
        const block = this.#state.currentDescribeBlock.children.at(-1);
        if (block?.type === 'describeBlock') this.#state.currentDescribeBlock = block;
      },
      close: () => {
        const block = this.#state.currentDescribeBlock;
        if (!hasTests(block)) throw new Error(`${block.name} has no tests`);
        if (block.parent) this.#state.currentDescribeBlock = block.parent;
      },
      now: () => performance.now(),
      setTimeout,
      state: () => ({
        mocks: this.#spied(),
        fakeTimers: 'clock' in global.setTimeout,
        testTimeout: this.#state.testTimeout,
        processes: this.#processes,
      }),
    };
    global['bundle'] = tools;
  }

  /** @override */
  async teardown() {
    unsubscribe('child_process', this.#countProcess);
    await super.teardown();
  }

  /**
   * @param {import('@jest/types').Circus.Event} _event
   * @param {State} state
   */
  handleTestEvent(_event, state) {
    this.#circus = state;
  }

  get #state() {
    if (this.#circus === undefined) throw new Error('jest-circus has not started');
    return this.#circus;
  }

  #spied() {
    for (const each of this.#spies) if (!isInPlace(each)) this.#spies.delete(each);
    return [...this.#spies].map(({ key }) => String(key));
  }
};

/**
 * @param {DescribeBlock} block
 * @returns {boolean}
 */
function hasTests({ children }) {
  return children.some((child) => child.type === 'test' || hasTests(child));
}

/** @param {Spied} spied */
function isInPlace({ object, key, access, spy }) {
  return access === undefined ? object[key] === spy : Object.getOwnPropertyDescriptor(object, key)?.[access] === spy;
}
