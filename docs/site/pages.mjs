import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, posix, relative } from 'node:path';

const IMAGE = /\.(?:png|svg)$/;
/** A link of Markdown to a file of the repository: what stands before its target, the target, and an anchor. */
const LINK = /(\]\()([^)#\s:]+)((?:#[^)\s]*)?\))/g;

/**
 * Copies README.md and whatever its links lead to, page after page. Every file keeps its path, so links stay as they are;
 * a file that is no page becomes one that shows it.
 *
 * @param {string} root of the repository
 * @param {string} target
 */
export function gatherPages(root, target) {
  /** @type {Set<string>} */
  const gathered = new Set();
  const waiting = ['README.md'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (gathered.has(path)) continue;
    gathered.add(path);
    const from = join(root, path);
    const to = join(target, addressOf(path));
    mkdirSync(dirname(to), { recursive: true });
    if (IMAGE.test(path)) copyFileSync(from, to);
    else if (path.endsWith('.md')) {
      const text = readFileSync(from, 'utf8');
      const page = text.replace(LINK, (_, before, link, after) => {
        const linked = fileOf(root, posix.join(posix.dirname(path), link));
        waiting.push(linked);
        return `${before}${posix.relative(posix.dirname(path), addressOf(linked)) || posix.basename(addressOf(linked))}${after}`;
      });
      writeFileSync(to, page);
    } else writeFileSync(to, showing(path, readFileSync(from, 'utf8')));
  }
  return gathered.size;
}

/**
 * Of a folder its README.
 *
 * @param {string} root
 * @param {string} path
 */
function fileOf(root, path) {
  if (!statSync(join(root, path)).isDirectory()) return path;
  if (readdirSync(join(root, path)).includes('README.md')) return posix.join(path, 'README.md');
  throw new Error(`${relative(root, join(root, path))} has no README.md, and a page of the manual links to it.`);
}

/** @param {string} path */
function addressOf(path) {
  if (IMAGE.test(path)) return path;
  return path.endsWith('.md') ? path.replace(/README\.md$/, 'index.md') : `${path}.md`;
}

/**
 * @param {string} path
 * @param {string} text
 */
function showing(path, text) {
  const language = { '.mjs': 'js', '.ts': 'ts', '.json': 'json', '.http': 'http' }[extname(path)] ?? 'text';
  return `# ${posix.basename(path)}\n\n\`\`\`\`\`${language}\n${text}\n\`\`\`\`\`\n`;
}
