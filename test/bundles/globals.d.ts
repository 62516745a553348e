/** What environment.cjs gives to the bundles. */
interface BundleTools {
  open(name: string): void;
  close(): void;
  /** A clock and timers that no test has replaced. */
  now(): number;
  setTimeout(done: () => void, milliseconds: number): unknown;
  state(): {
    readonly mocks: readonly string[];
    readonly fakeTimers: boolean;
    readonly testTimeout: number;
    readonly processes: number;
  };
}

declare var bundle: BundleTools;
