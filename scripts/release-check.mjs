// node scripts/release-check.mjs [package.json]: stops a release that lacks what only the owner of the package can fill in.
import { readFileSync } from 'node:fs';

const [, , path = 'package.json'] = process.argv;
/** @type {Record<string, unknown>} */
const manifest = JSON.parse(readFileSync(path, 'utf8'));

/** @type {Record<string, string>} */
const NEEDED = {
  repository: 'npmjs.com makes the links of the README from it, and npm compares it with where the release was built',
  homepage: 'where the manual is',
  bugs: 'where a user reports a fault',
};

const missing = Object.keys(NEEDED).filter((name) => !holdsUrl(manifest[name]));
if (missing.length > 0) {
  const lines = missing.map((name) => `  ${name}: ${NEEDED[name]}`);
  console.error(
    `Not released: package.json needs these, each with the https address of the project:\n${lines.join('\n')}`,
  );
  process.exitCode = 1;
}

/** @param {unknown} value a URL, or an object that has one */
function holdsUrl(value) {
  const url = typeof value === 'object' && value !== null && 'url' in value ? value.url : value;
  return typeof url === 'string' && /^(?:git\+)?https:\/\/[^/]+\/./.test(url);
}
