// Markdown: a line for each shape, with a column for each version of Nest.
/** @typedef {import('./run.mjs').Result} Result */

/**
 * The many kinds of one thing share a line.
 *
 * @param {Result} result
 */
const lineName = ({ shape }) => shape.replace(/, as context .*$/, ', kinds of context');

/** @param {readonly Result[]} results */
export function tableOf(results) {
  const versions = [...new Set(results.map(({ nest }) => nest))].toSorted((a, b) => a - b);
  const shapes = [...new Set(results.map(lineName))].toSorted();
  const lines = shapes.map((shape) => [
    shape,
    ...versions.map((nest) => cellOf(results.filter((result) => lineName(result) === shape && result.nest === nest))),
  ]);
  const heading = ['shape', ...versions.map((nest) => `Nest ${nest}`)];
  const table = [heading, ...lines];
  const widths = heading.map((_cell, at) => Math.max(3, ...table.map((line) => line[at]?.length ?? 0)));
  /** @param {string[]} cells */
  const lineOf = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [heading, widths.map((width) => '-'.repeat(width)), ...lines].map(lineOf).join('\n');
}

/** @param {readonly Result[]} results of one shape and version, on both platforms */
function cellOf(results) {
  if (results.length === 0) return '–';
  const cases = results.flatMap((result) => result.cases);
  const wrong = cases.filter(({ expected, got }) => expected !== got).length;
  return wrong === 0 ? `${cases.length} right` : `**${wrong} of ${cases.length} WRONG**`;
}
