import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OPTIONAL_PARTS } from '../layouts.mjs';
import { run } from '../process.mjs';
import { askApplication } from '../questions.mjs';

// What an ES module lacks that bundled CommonJS packages use.
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * The application in one minified file, alone in a folder: how small containers ship.
 *
 * @param {import('../rows.mjs').Row} row
 * @param {import('../workshop.mjs').Workshop} workshop
 */
export async function bundle({ nest, modules, platform = 'Express', node }, workshop) {
  const application = await workshop.application('bare', nest, modules);
  const file = modules === 'ESM' ? 'main.mjs' : 'main.cjs';
  await run(
    await workshop.tool('.bin/esbuild'),
    [
      'main.js',
      '--bundle',
      '--minify',
      '--platform=node',
      '--target=node20',
      `--format=${modules.toLowerCase()}`,
      `--outfile=bundle/${file}`,
      '--log-level=error',
      ...(modules === 'ESM' ? [`--banner:js=${REQUIRE}`] : []),
      ...OPTIONAL_PARTS.map((name) => `--external:${name}`),
    ],
    { cwd: application },
  );
  const alone = join(workshop.folder, 'alone');
  rmSync(alone, { recursive: true, force: true });
  mkdirSync(alone);
  cpSync(join(application, 'bundle', file), join(alone, file));
  await askApplication(await workshop.node(node), file, { cwd: alone, env: { PLATFORM: platform.toLowerCase() } });
}
