// One private container in a process of its own. It says on IPC where it listens, once a second how it is, and at SIGTERM
// that it drains and what it has done.
import 'reflect-metadata';
import { subscribe } from 'node:diagnostics_channel';
import { SCW_REFUSED } from 'nestjs-scaleway-auth';
import { createApplication } from './server/application.mjs';
import { breakOnPurpose } from './server/breakage.mjs';
import { Drain } from './server/drain.mjs';
import { Vitals } from './server/vitals.mjs';

const { platform, collectEvery, sabotage } = JSON.parse(process.argv[2] ?? '');

/** @type {string[]} */
const faults = [];
let isUp = false;
/** @param {string} kind */
const fault = (kind) => (/** @type {unknown} */ error) => {
  faults.push(`${kind}: ${error instanceof Error ? error.stack : String(error)}`);
  if (isUp) return;
  console.error(faults.at(-1));
  process.exit(1);
};
process.on('unhandledRejection', fault('unhandled rejection'));
process.on('uncaughtException', fault('uncaught exception'));
// Nobody is left to serve: the soak was ended by hand.
process.on('disconnect', () => process.exit(2));

/** @type {Record<string, number>} */
const reasons = {};
subscribe(SCW_REFUSED, (message) => {
  const { reason } = /** @type {import('nestjs-scaleway-auth').ScwRefusedEvent} */ (message);
  reasons[reason] = (reasons[reason] ?? 0) + 1;
});

/**
 * @param {Record<string, unknown>} message
 * @returns {Promise<void>}
 */
const tell = (message) =>
  new Promise((resolve) => {
    if (process.connected) process.send?.(message, () => resolve());
    else resolve();
  });

const drain = new Drain({
  onBegin: (inFlight) => tell({ draining: { inFlight } }),
  onEnd: (counts) => tell({ drained: { ...counts, reasons, faults, delay: vitals.wholeDelay() } }),
});
const app = await createApplication(platform, drain);
app.enableShutdownHooks();
drain.watch(app.getHttpServer());
breakOnPurpose(sabotage, app, drain);
await app.listen(0, '127.0.0.1');

// Only now: the boot is no part of what is judged.
const vitals = new Vitals(collectEvery);
setInterval(() => void tell({ vitals: { ...vitals.take(), requests: drain.received, faults } }), 1000).unref();
isUp = true;
await tell({ port: app.getHttpServer().address().port });
