// npm run soak [-- --seconds 600] [-- --platform express|fastify] [-- --write] [-- --break <fault>]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

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
const platforms = values.platform === undefined ? ['express', 'fastify'] : [values.platform];
const usable = seconds >= 5 && seconds <= 86_400 && ['express', 'fastify'].includes(platforms[0]);
if (values.help || !usable) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

prepare();
// Only now: it imports what the preparation brings.
const { soak } = await import('./soak.mjs');
const failed = await soak({ seconds, platforms, write: values.write, sabotage: values.break });
// Processes that it started hold no handles that would keep it alive, but a killed one may still be on its way out.
process.exit(failed.length === 0 ? 0 : 1);

/** Builds the library, as its users get it. */
function prepare() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  if (!existsSync(`${root}/node_modules/@nestjs/core`)) {
    console.error('Nothing is installed yet. Run: npm ci');
    process.exit(2);
  }
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(2);
}
