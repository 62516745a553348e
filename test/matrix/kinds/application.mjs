import { join } from 'node:path';
import { askApplication } from '../questions.mjs';

/**
 * The application as a user starts it: compiled, on npm's layout or on pnpm's.
 *
 * @param {import('../rows.mjs').Row} row
 * @param {import('../workshop.mjs').Workshop} workshop
 */
export async function application({ nest, modules, platform = 'Express', node, layout = 'bare' }, workshop) {
  const cwd = await workshop.application(layout, nest, modules);
  await askApplication(await workshop.node(node), 'main.js', { cwd, env: { PLATFORM: platform.toLowerCase() } });
}

/**
 * Controllers of a library of the other module system, so that both copies of the package are in one process.
 *
 * @param {import('../rows.mjs').Row} row
 * @param {import('../workshop.mjs').Workshop} workshop
 */
export async function twoCopies({ nest, modules, node }, workshop) {
  const cwd = await workshop.application('bare', nest, modules);
  const library = await workshop.application('bare', nest, modules === 'ESM' ? 'CJS' : 'ESM');
  await askApplication(await workshop.node(node), 'mixed.js', {
    cwd,
    env: { LIBRARY: join(library, 'controllers.js') },
  });
}
