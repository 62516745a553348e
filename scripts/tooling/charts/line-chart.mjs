import { colorOf, gridLine, heading, labelledLine, picture, round, text } from './svg.mjs';

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [860, 420, 70, 220, 50, 50];

/** @typedef {[x: number, y: number]} Point */

/**
 * Lines over logarithmic axes.
 *
 * @param {{ title: string, xLabel: string, yLabel: string, lines: { label: string, points: Point[] }[] }} chart
 */
export function lineChart({ title, xLabel, yLabel, lines }) {
  const all = lines.flatMap(({ points }) => points);
  const [x0, x1] = decades(all.map(([x]) => x));
  const [y0, y1] = decades(all.map(([, y]) => y));
  /** @param {number} x */
  const px = (x) => LEFT + ((Math.log10(x) - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT);
  /** @param {number} y */
  const py = (y) => HEIGHT - BOTTOM - ((Math.log10(y) - y0) / (y1 - y0)) * (HEIGHT - TOP - BOTTOM);
  const parts = [heading(title), text(10, 42, yLabel)];
  for (let d = x0; d <= x1; d++) {
    const x = round(px(10 ** d));
    parts.push(
      gridLine(`M${x} ${TOP}V${HEIGHT - BOTTOM}`),
      text(x, HEIGHT - BOTTOM + 18, (10 ** d).toLocaleString('en-US'), 'text-anchor="middle"'),
    );
  }
  for (let d = y0; d <= y1; d++) {
    const y = round(py(10 ** d));
    parts.push(
      gridLine(`M${LEFT} ${y}H${WIDTH - RIGHT}`),
      text(LEFT - 8, y + 4, String(Number((10 ** d).toPrecision(1))), 'text-anchor="end"'),
    );
  }
  parts.push(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, xLabel, 'text-anchor="middle"'));
  lines.forEach(({ label, points }, i) => {
    const d = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${round(px(x))} ${round(py(y))}`).join('');
    parts.push(
      ...labelledLine(i, { d, label, legend: { x: WIDTH - RIGHT + 20, y: TOP } }),
      ...points.map(([x, y]) => `<circle cx="${round(px(x))}" cy="${round(py(y))}" r="3" fill="${colorOf(i)}"/>`),
    );
  });
  return picture(WIDTH, HEIGHT, parts);
}

/**
 * The powers of ten around all values; at least one step apart.
 *
 * @param {number[]} values
 * @returns {[low: number, high: number]}
 */
function decades(values) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))];
}
