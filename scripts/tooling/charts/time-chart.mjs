import { gridLine, heading, INK, labelledLine, picture, round, text } from './svg.mjs';

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [860, 320, 60, 190, 50, 45];
/** Seconds between two samples above which they are not joined. */
const GAP = 8;

/** @typedef {[second: number, value: number]} Point */
/** @typedef {{ at: number, label: string }} Mark */

/**
 * Lines over seconds. A mark or a gap between two points breaks a line.
 *
 * @param {{ title: string, yLabel: string, lines: { label: string, points: Point[] }[], marks: Mark[] }} chart
 */
export function timeChart({ title, yLabel, lines, marks }) {
  const all = lines.flatMap(({ points }) => points);
  const end = Math.max(1, ...all.map(([at]) => at), ...marks.map(({ at }) => at));
  const highest = Math.max(...all.map(([, value]) => value));
  const step = niceStep(highest / 5);
  const top = Math.ceil(highest / step) * step;
  /** @param {number} at */
  const px = (at) => LEFT + (at / end) * (WIDTH - LEFT - RIGHT);
  /** @param {number} value */
  const py = (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);

  const parts = [heading(title), text(10, 42, yLabel)];
  for (let value = 0; value <= top; value += step) {
    const y = round(py(value));
    parts.push(gridLine(`M${LEFT} ${y}H${WIDTH - RIGHT}`), text(LEFT - 8, y + 4, String(value), 'text-anchor="end"'));
  }
  const tick = niceStep(end / 6);
  for (let at = 0; at <= end; at += tick)
    parts.push(text(px(at), HEIGHT - BOTTOM + 18, String(at), 'text-anchor="middle"'));
  parts.push(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, 'seconds', 'text-anchor="middle"'));
  for (const { at, label } of marks) {
    const x = round(px(at));
    parts.push(
      `<path d="M${x} ${TOP}V${HEIGHT - BOTTOM}" stroke="${INK}" stroke-dasharray="4 4"/>`,
      text(x - 4, TOP - 6, label, 'text-anchor="end"'),
    );
  }
  lines.forEach(({ label, points }, i) => {
    const d = points.map(([at, value], n) => {
      const before = points[n - 1]?.[0] ?? -Infinity;
      const isJoined = at - before < GAP && !marks.some((mark) => mark.at > before && mark.at <= at);
      return `${isJoined ? 'L' : 'M'}${round(px(at))} ${round(py(value))}`;
    });
    parts.push(...labelledLine(i, { d: d.join(''), label, legend: { x: WIDTH - RIGHT + 20, y: TOP } }));
  });
  return picture(WIDTH, HEIGHT, parts);
}

/**
 * 1, 2 or 5 times a power of ten, at least 1.
 *
 * @param {number} value
 */
function niceStep(value) {
  const decade = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((factor) => factor * decade).find((step) => step >= value) ?? decade;
}
