import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/process.js';

/** Packs the package as it is published, into a folder of its own that `remove` takes away. */
export async function packTarball(): Promise<{ folder: string; tarball: string; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-scaleway-auth-'));
  const { code, stderr } = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
  const name = readdirSync(folder).find((each) => each.endsWith('.tgz'));
  if (code !== 0 || name === undefined) throw new Error(`npm pack failed: ${stderr}`);
  return { folder, tarball: join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
