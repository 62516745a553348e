/**
 * A number with as many digits as it deserves.
 *
 * @param {number} value
 */
export function figure(value, unit = '') {
  const magnitude = Math.abs(value);
  const digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit && ` ${unit}`}`;
}

/**
 * @param {number} value
 * @param {number} spread
 * @param {string} [unit]
 */
export const plusMinus = (value, spread, unit) => `${figure(value)} ± ${figure(spread, unit)}`;

/** @param {number} value */
export const count = (value) => value.toLocaleString('en-US');

/**
 * @typedef {object} Table
 * @property {string} title
 * @property {string[]} columns
 * @property {(string | number)[][]} rows
 * @property {string[]} [notes] below the table
 */

/**
 * A table of Markdown; the first column is text, the others are numbers.
 *
 * @param {Table} table
 */
export function markdownTable({ title, columns, rows, notes = [] }) {
  /** @param {(string | number)[]} cells */
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, i) => (i === 0 ? '---' : '--:'));
  return [
    `### ${title}`,
    '',
    line(columns),
    line(rule),
    ...rows.map(line),
    '',
    ...notes.flatMap((note) => [note, '']),
  ].join('\n');
}
