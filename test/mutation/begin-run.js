import makeKeys from '../support/make-keys.js';

/** Called by jest at the start of each of its runs, many of which share a process. */
export default async function beginRun() {
  process.env.MUTATION_RUN = String(performance.now());
  await makeKeys();
}
