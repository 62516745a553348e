import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from '../readme/pages.js';
import { root } from '../support/process.js';

const page = pages.find(({ path }) => path === 'docs/cold-start.md')!;
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the page about cold starts', () => {
  it.each(['bundle.mjs', 'warm-up.mjs', 'Dockerfile', '.dockerignore'])('shows %s as it is run', (name) => {
    expect(page.blocks.map(({ code }) => code)).toContain(read(`sample/${name}`));
  });

  it('has the figures that were measured', () => {
    const rowsOf = (text: string) => text.match(/^\|.*\d.*\|$/gm)!.map((row) => row.replace(/\s+/g, ' '));
    const measured = rowsOf(read('bench/results/report.md'));
    const shown = rowsOf(page.text);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((row) => !measured.includes(row))).toEqual([]);
  });
});
