import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, run, start, untilListening } from '../support/process.js';

/** What the steps of a Dockerfile have made. */
export interface Image {
  /** The folder that stands for `/`; that of the first stage is beside it, and ends in `-build`. */
  readonly root: string;
  readonly node: string;
  readonly workdir: string;
  readonly env: Record<string, string>;
  readonly command: readonly string[];
}

export type Env = Record<string, string | undefined>;

/** Executes the Dockerfile's steps. Removing is the caller's. */
export async function makeImage(kind: 'sample' | 'esm' | 'cjs'): Promise<{ image: Image; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-scaleway-auth-image-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const { code, stdout, stderr } = await run(process.execPath, ['test/sample/build-image.mjs', kind, folder]);
  if (code === 0) return { image: (JSON.parse(stdout) as { image: Image }).image, remove };
  remove();
  throw new Error(stderr);
}

/** What the image runs, and the same before it was bundled. */
export const programs = {
  bundled: (image: Image) => ({ cwd: join(image.root, image.workdir), args: image.command.slice(1) }),
  unbundled: (image: Image) => ({ cwd: join(`${image.root}-build`, image.workdir), args: ['dist/main.js'] }),
};

/** Runs a program of an image until `use` is done, and gives what it has written. */
export async function withProgram(
  image: Image,
  program: keyof typeof programs,
  env: Env,
  use: (url: string) => Promise<void>,
) {
  const { cwd, args } = programs[program](image);
  const port = await freePort();
  const { child, finished } = start(image.node, args, { ...image.env, ...env, PORT: String(port) }, cwd);
  try {
    const url = `http://127.0.0.1:${port}`;
    await untilListening(url);
    await use(url);
  } finally {
    child.kill('SIGTERM');
  }
  return finished;
}
