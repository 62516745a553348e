// Makes the load, in a process of its own. It is told where the server is, and later that the server is about to end; when
// the server has closed every connection, it tells what it has seen.
import { Lane } from './load/lane.mjs';
import { makeMaterial } from './load/material.mjs';
import { Polite } from './load/polite.mjs';
import { next, nextSlow } from './load/requests.mjs';
import { Tally } from './load/tally.mjs';

/** @typedef {{ connections: number, slowConnections: number, lanes: number }} Load how many of each kind */

/** @type {Load} */
const { connections, slowConnections, lanes } = JSON.parse(process.argv[2] ?? '');

process.on('disconnect', () => process.exit(2));

const material = await makeMaterial((made) => process.send?.({ made }));
process.send?.({ ready: true });

/** @type {import('./load/material.mjs').Phase | undefined} */
let current;
process.on('message', (/** @type {any} */ { start, ending }) => {
  if (start !== undefined) void run(start);
  else if (ending && current !== undefined) current.ending = true;
});

/** @param {{ port: number, seconds: number }} start */
async function run({ port, seconds }) {
  const phase = { port, ending: false, ...(await material.forPhase(seconds)) };
  const tally = new Tally(phase.callers);
  current = phase;
  process.send?.({ started: true });
  await Promise.all([
    ...Array.from({ length: connections }, () => new Polite(phase, tally, next).run()),
    ...Array.from({ length: slowConnections }, () => new Polite(phase, tally, nextSlow).run()),
    ...Array.from({ length: lanes }, (_, i) => new Lane(phase, tally, i).run()),
  ]);
  process.send?.({ result: tally.result() });
}
