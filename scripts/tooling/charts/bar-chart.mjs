import { heading, INK, picture, round, text } from './svg.mjs';

const OURS = '#2f7ed8';
const OTHERS = '#a9b0ba';
const [WIDTH, LEFT, RIGHT, BAR] = [860, 330, 90, 28];

/** @param {number} value */
const short = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/**
 * Horizontal bars with their values; `error` is drawn as a whisker, and `ours` stands out.
 *
 * @param {{ title: string, bars: { label: string, value: number, error?: number, ours?: boolean }[] }} chart
 */
export function barChart({ title, bars }) {
  const longest = Math.max(...bars.map(({ value, error = 0 }) => value + error), Number.MIN_VALUE);
  const scale = (WIDTH - LEFT - RIGHT) / longest;
  const parts = bars.flatMap(({ label, value, error = 0, ours = false }, i) => {
    const y = 40 + i * BAR;
    const end = LEFT + value * scale;
    const whisker = error * scale;
    const [from, to] = [round(Math.max(LEFT, end - whisker)), round(end + whisker)];
    return [
      text(LEFT - 10, y + 15, label, `text-anchor="end"${ours ? ' font-weight="600"' : ''}`),
      `<rect x="${LEFT}" y="${y}" width="${round(Math.max(1, value * scale))}" height="20" fill="${ours ? OURS : OTHERS}"/>`,
      ...(whisker > 1 ? [`<path d="M${from} ${y + 10}H${to}" stroke="${INK}" stroke-width="1.5"/>`] : []),
      text(end + whisker + 8, y + 15, short(value)),
    ];
  });
  return picture(WIDTH, 50 + bars.length * BAR, [heading(title), ...parts]);
}
