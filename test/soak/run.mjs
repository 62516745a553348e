// npm run soak [-- --seconds 600] [-- --platform express|fastify] [-- --write] [-- --break <fault>]
import { parseArgs } from 'node:util';
import { buildLibrary } from '../../scripts/tooling/built-library.mjs';

const USAGE =
  'npm run soak -- [--seconds 600] [--platform express|fastify] [--write] [--break <fault>]; faults: test/soak/server/breakage.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    platform: { type: 'string' },
    write: { type: 'boolean', default: false },
    break: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const seconds = Number(values.seconds);
const PLATFORMS = ['express', 'fastify'];
const platforms = values.platform === undefined ? PLATFORMS : [values.platform];
const usable = seconds >= 5 && seconds <= 86_400 && platforms.every((platform) => PLATFORMS.includes(platform));
if (values.help || !usable) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

buildLibrary();
// Only now: it imports what was built.
const { soak } = await import('./soak.mjs');
const failed = await soak({ seconds, platforms, write: values.write, sabotage: values.break });
// Processes that it started hold no handles that would keep it alive, but a killed one may still be on its way out.
process.exit(failed.length === 0 ? 0 : 1);
