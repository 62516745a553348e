// Parts of plain SVG charts, in colours that can be told apart on a light and on a dark page.
export const INK = '#7a7f87';
const LINES = ['#2f7ed8', '#e07b39', '#3aa76d', '#b05cc6', '#c9a227'];
const FONT = 'font-family="system-ui, sans-serif" font-size="13"';

/** @param {number} value */
export const round = (value) => Math.round(value * 10) / 10;

/** @param {string} content */
const escape = (content) => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * @param {number} x
 * @param {number} y
 * @param {string} content
 */
export const text = (x, y, content, attributes = '') =>
  `<text x="${round(x)}" y="${round(y)}" fill="${INK}" ${FONT} ${attributes}>${escape(content)}</text>`;

/** @param {string} title */
export const heading = (title) => text(10, 22, title, 'font-weight="600"');

/**
 * A line of the grid.
 *
 * @param {string} d the path
 */
export const gridLine = (d) => `<path d="${d}" stroke="${INK}" stroke-opacity="0.25"/>`;

/**
 * @param {number} width
 * @param {number} height
 * @param {readonly string[]} parts
 */
export const picture = (width, height, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">\n${parts.join('\n')}\n</svg>\n`;

/** @param {number} i the number of the line */
export const colorOf = (i) => LINES[i % LINES.length];

/**
 * A line of a chart with its entry in the legend.
 *
 * @param {number} i the number of the line
 * @param {{ d: string, label: string, legend: { x: number, y: number } }} line `d` is its path
 */
export const labelledLine = (i, { d, label, legend: { x, y } }) => [
  `<path d="${d}" fill="none" stroke="${colorOf(i)}" stroke-width="2"/>`,
  `<rect x="${x}" y="${y + i * 22}" width="14" height="4" fill="${colorOf(i)}"/>`,
  text(x + 22, y + 8 + i * 22, label),
];
