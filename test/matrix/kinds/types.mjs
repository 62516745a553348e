import { join } from 'node:path';
import { run } from '../process.mjs';
import { COMPILER_OPTIONS, writeJson } from '../workshop.mjs';

/**
 * The application and all entries, type-checked with the declarations of every package that they reach.
 *
 * @param {import('../rows.mjs').Row} row
 * @param {import('../workshop.mjs').Workshop} workshop
 */
export async function types({ nest, modules, resolution = 'nodenext', typescript }, workshop) {
  const folder = await workshop.sources('full', nest, modules, `types-${modules.toLowerCase()}`);
  const compilerOptions = {
    ...COMPILER_OPTIONS,
    ...MODULE[resolution],
    moduleResolution: resolution,
    // TypeScript 6 still has the resolution `node`, for those who insist.
    ...(resolution === 'node' && typescript === '6' ? { ignoreDeprecations: '6.0' } : {}),
    noEmit: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    // Does not know that an import in a CommonJS file becomes a require.
    verbatimModuleSyntax: modules === 'ESM',
  };
  writeJson(join(folder, 'tsconfig.json'), { compilerOptions, files: ['main.ts', 'mixed.ts', 'entries.ts'] });
  await run(process.execPath, [await workshop.tool(`typescript-${typescript}/bin/tsc`)], { cwd: folder });
}

const MODULE = {
  node: { module: 'commonjs' },
  node16: { module: 'node16' },
  nodenext: { module: 'nodenext' },
  bundler: { module: 'esnext' },
};
