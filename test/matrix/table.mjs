// Markdown: one table for Node and one for TypeScript, with a column for each version.
const CELLS = { passed: 'yes', failed: '**FAILED**', excluded: '–' };

export function tablesOf(results) {
  const tables = [tableOf('Node', 'node', results), tableOf('TypeScript', 'typescript', results)];
  return tables.filter((table) => table !== '').join('\n\n');
}

/** The reasons of exclusions, each once. */
export function exclusionsOf(results) {
  const reasons = results.filter(({ state }) => state === 'excluded').map(({ row }) => row.excluded);
  return [...new Set(reasons)].map((reason) => `- ${reason}`).join('\n');
}

/** A line for each combination; its cells are the results of the rows that differ in the version alone. */
function tableOf(title, key, results) {
  const lines = new Map();
  for (const result of results.filter(({ row }) => row[key] !== undefined)) {
    const { what, nest, how } = result.row;
    const name = [what, nest, how].join();
    if (!lines.has(name)) lines.set(name, { head: [what, nest, how], states: {} });
    lines.get(name).states[result.row[key]] = result.state;
  }
  if (lines.size === 0) return '';
  const versions = [...new Set([...lines.values()].flatMap(({ states }) => Object.keys(states)))].toSorted(
    (a, b) => Number(a) - Number(b),
  );
  const heading = ['what', 'Nest', 'how', ...versions.map((version) => `${title} ${version}`)];
  return layOut([
    heading,
    ...Array.from(lines.values(), ({ head, states }) => [...head, ...versions.map((v) => CELLS[states[v]] ?? '')]),
  ]);
}

function layOut([heading, ...body]) {
  const widths = heading.map((_cell, at) => Math.max(3, ...[heading, ...body].map((line) => line[at].length)));
  const lineOf = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`;
  return [heading, widths.map((width) => '-'.repeat(width)), ...body].map(lineOf).join('\n');
}
