// Markdown: one table for Node and one for TypeScript, with a column for each version.
/** @typedef {import('./run.mjs').Result} Result */

const CELLS = { passed: 'yes', failed: '**FAILED**', excluded: '–' };

/** @param {readonly Result[]} results */
export function tablesOf(results) {
  const tables = [tableOf('Node', 'node', results), tableOf('TypeScript', 'typescript', results)];
  return tables.filter((table) => table !== '').join('\n\n');
}

/**
 * The reasons of exclusions, each once.
 *
 * @param {readonly Result[]} results
 */
export function exclusionsOf(results) {
  const reasons = results.filter(({ state }) => state === 'excluded').map(({ row }) => row.excluded);
  return [...new Set(reasons)].map((reason) => `- ${reason}`).join('\n');
}

/**
 * A line for each combination; its cells are the results of the rows that differ in the version alone.
 *
 * @param {string} title
 * @param {'node' | 'typescript'} key
 * @param {readonly Result[]} results
 */
function tableOf(title, key, results) {
  /** @type {Map<string, { head: string[], states: Map<string, Result['state']> }>} */
  const lines = new Map();
  for (const { row, state } of results) {
    const version = row[key];
    if (version === undefined) continue;
    const head = [row.what, String(row.nest), row.how];
    const line = lines.get(head.join()) ?? { head, states: new Map() };
    line.states.set(String(version), state);
    lines.set(head.join(), line);
  }
  if (lines.size === 0) return '';
  const versions = [...new Set([...lines.values()].flatMap(({ states }) => [...states.keys()]))].toSorted(
    (a, b) => Number(a) - Number(b),
  );
  const heading = ['what', 'Nest', 'how', ...versions.map((version) => `${title} ${version}`)];
  return layOut([
    heading,
    ...Array.from(lines.values(), ({ head, states }) => [
      ...head,
      ...versions.map((version) => cellOf(states.get(version))),
    ]),
  ]);
}

/** @param {Result['state'] | undefined} state */
const cellOf = (state) => (state === undefined ? '' : CELLS[state]);

/** @param {string[][]} table */
function layOut([heading = [], ...body]) {
  const widths = heading.map((_cell, at) => Math.max(3, ...[heading, ...body].map((line) => line[at]?.length ?? 0)));
  /** @param {string[]} cells */
  const lineOf = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [heading, widths.map((width) => '-'.repeat(width)), ...body].map(lineOf).join('\n');
}
