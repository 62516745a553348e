import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../support/process.js';

/** A page of the manual. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** Its blocks of code, by their language. */
  readonly blocks: readonly { readonly language: string; readonly code: string }[];
  /** Its text without code, in which links are. */
  readonly prose: string;
  /** What a link to a heading of it ends in. */
  readonly anchors: ReadonlySet<string>;
}

const FENCE = /^( *)```(\w*)[^\n]*\n(.*?)^\1```$/gms;

function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const blocks = [...text.matchAll(FENCE)].map(([, , language, code]) => ({ language: language!, code: code! }));
  const withoutBlocks = text.replace(FENCE, '');
  return { path, text, blocks, prose: withoutBlocks.replace(/`[^`\n]+`/g, ''), anchors: anchorsOf(withoutBlocks) };
}

/** As GitHub makes them: what is no letter, digit, hyphen or blank goes, and a repeated heading gets a number. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, title] of text.matchAll(/^#+ (.+)$/gm)) {
    const slug = title!
      .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
}

const inFolder = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => relative(root, join(root, folder, name)));

/** README, the pages beside it, and those of its parts. */
export const pages: readonly Page[] = ['', 'docs', 'sample', 'bench', 'test/fuzz', 'test/mutation']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap(inFolder)
  .toSorted()
  .map(readPage);
