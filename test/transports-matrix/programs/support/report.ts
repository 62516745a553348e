import { type Caller, callers, issuer, runs } from './callers.js';

interface Case {
  readonly case: string;
  readonly expected: string;
  readonly got: string;
}

/** What a stranger's call has made of the process, where it should have ended with its answer. */
const faults: string[] = [];
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => void faults.push(String((error as Error)?.stack ?? error)));
// What no shape has printed: the program itself has failed.
process.on('exit', () => {
  if (faults.length === 0) return;
  console.error(faults.join('\n'));
  process.exitCode = 1;
});

/** The cases of one shape of an application. */
export class Shape {
  readonly #cases: Case[] = [];

  constructor(readonly name: string) {}

  add(name: string, expected: string, got: string): void {
    this.#cases.push({ case: name, expected, got });
  }

  /**
   * Everybody calls a handler: one after the other, then all at once.
   *
   * @param ends how a call ends, where a client cannot tell refusals apart
   */
  async askAs(
    where: string,
    call: (caller: Caller) => Promise<string>,
    { of = issuer, ends = (caller: Caller): string => caller.ends } = {},
  ): Promise<void> {
    for (const caller of callers(of)) {
      const before = runs;
      const got = await call(caller);
      const ran = got.startsWith('refused') && runs !== before ? ', and the handler ran' : '';
      this.add(`${where}, ${caller.name}`, ends(caller), got + ran);
    }
    const crowd = Array.from({ length: 3 }, () => callers(of)).flat();
    const got = await Promise.all(crowd.map(call));
    crowd.forEach((caller, at) => this.add(`${where}, ${caller.name}, among others`, ends(caller), got[at]!));
  }

  /** Prints the one line that is read. */
  async print(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.add('the process', 'nothing uncaught', faults.splice(0).join('\n') || 'nothing uncaught');
    console.log(JSON.stringify({ shape: this.name, cases: this.#cases }));
  }
}
