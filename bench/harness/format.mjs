/** A number with as many digits as it deserves. */
export function figure(value, unit = '') {
  const magnitude = Math.abs(value);
  const digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit && ` ${unit}`}`;
}

export const plusMinus = (value, spread, unit) => `${figure(value)} ± ${figure(spread, unit)}`;

export const count = (value) => value.toLocaleString('en-US');

/** A table of Markdown; the first column is text, the others are numbers. */
export function markdownTable({ title, columns, rows, notes = [] }) {
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

export function targetsTable(targets) {
  const rows = targets.map(({ what, value, limit, unit, resolution, atLeast, verdict }) => [
    what,
    figure(value, unit),
    `${atLeast ? '≥' : '≤'} ${figure(limit, unit)}`,
    figure(resolution, unit),
    verdict === 'missed' ? '**missed**' : verdict,
  ]);
  return markdownTable({ title: 'Targets', columns: ['', 'measured', 'target', 'resolution', ''], rows });
}
