// Makes the load, in a process of its own. It is told where the server is, and later that the server is about to end; when
// the server has closed every connection, it tells what it has seen.
import { Lane } from './load/lane.mjs';
import { makeMaterial } from './load/material.mjs';
import { Polite } from './load/polite.mjs';
import { next, nextSlow } from './load/requests.mjs';
import { Tally } from './load/tally.mjs';

const { connections, slowConnections, lanes } = JSON.parse(process.argv[2]);

process.on('disconnect', () => process.exit(2));

const material = await makeMaterial((made) => process.send({ made }));
process.send({ ready: true });

let current;
process.on('message', async ({ start, ending, ask }) => {
  if (start !== undefined) {
    const { port, seconds } = start;
    const phase = { port, ending: false, ...(await material.forPhase(seconds)) };
    const tally = new Tally(phase.callers);
    current = { phase, tally };
    process.send({ started: true });
    await Promise.all([
      ...Array.from({ length: connections }, () => new Polite(phase, tally, next).run()),
      ...Array.from({ length: slowConnections }, () => new Polite(phase, tally, nextSlow).run()),
      ...Array.from({ length: lanes }, (_, i) => new Lane(phase, tally, i).run()),
    ]);
    process.send({ result: tally.result() });
  } else if (ending) current.phase.ending = true;
  else if (ask) process.send({ soFar: current?.tally.soFar() });
});
