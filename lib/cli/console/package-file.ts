import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The path of a file that the build copies next to the code. Found by the package's name, because chunks may be in any folder. */
export function packageFile(name: string): string {
  const root = dirname(createRequire(import.meta.url).resolve('nestjs-scaleway-auth/package.json'));
  return join(root, 'dist/esm/console', name);
}
