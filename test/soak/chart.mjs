// A plain SVG over time, in the colours of the benchmark's charts: readable on a light and on a dark page.
const INK = '#7a7f87';
const LINES = ['#2f7ed8', '#e07b39', '#3aa76d'];
const FONT = 'font-family="system-ui, sans-serif" font-size="13"';
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [860, 320, 60, 190, 50, 45];

const round = (value) => Math.round(value * 10) / 10;
const text = (x, y, content, more = '') =>
  `<text x="${round(x)}" y="${round(y)}" fill="${INK}" ${FONT} ${more}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;

/**
 * @param lines `{ label, points: [[second, value], …] }`; a gap between two points of more than five seconds breaks the line
 * @param marks `{ at, label }`: moments that are marked
 */
export function timeChart({ title, yLabel, lines, marks }) {
  const all = lines.flatMap(({ points }) => points);
  const end = Math.max(1, ...all.map(([at]) => at), ...marks.map(({ at }) => at));
  const step = niceStep(Math.max(...all.map(([, value]) => value)) / 5);
  const top = Math.ceil(Math.max(...all.map(([, value]) => value)) / step) * step;
  const px = (at) => LEFT + (at / end) * (WIDTH - LEFT - RIGHT);
  const py = (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);

  const parts = [text(10, 22, title, 'font-weight="600"'), text(10, 42, yLabel)];
  for (let value = 0; value <= top; value += step) {
    const y = round(py(value));
    parts.push(`<path d="M${LEFT} ${y}H${WIDTH - RIGHT}" stroke="${INK}" stroke-opacity="0.25"/>`);
    parts.push(text(LEFT - 8, y + 4, String(value), 'text-anchor="end"'));
  }
  const tick = niceStep(end / 6);
  for (let at = 0; at <= end; at += tick)
    parts.push(text(px(at), HEIGHT - BOTTOM + 18, String(at), 'text-anchor="middle"'));
  parts.push(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, 'seconds', 'text-anchor="middle"'));
  for (const { at, label } of marks) {
    const x = round(px(at));
    parts.push(`<path d="M${x} ${TOP}V${HEIGHT - BOTTOM}" stroke="${INK}" stroke-dasharray="4 4"/>`);
    parts.push(text(x - 4, TOP - 6, label, 'text-anchor="end"'));
  }
  lines.forEach(({ label, points }, i) => {
    const path = points.map(([at, value], n) => {
      const isJoined =
        n > 0 && at - points[n - 1][0] < GAP && !marks.some((mark) => mark.at > points[n - 1][0] && mark.at <= at);
      return `${isJoined ? 'L' : 'M'}${round(px(at))} ${round(py(value))}`;
    });
    parts.push(`<path d="${path.join('')}" fill="none" stroke="${LINES[i]}" stroke-width="2"/>`);
    parts.push(`<rect x="${WIDTH - RIGHT + 20}" y="${TOP + i * 22}" width="14" height="4" fill="${LINES[i]}"/>`);
    parts.push(text(WIDTH - RIGHT + 42, TOP + 8 + i * 22, label));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">\n${parts.join('\n')}\n</svg>\n`;
}

/** Seconds between two samples above which they are not joined; those after a collection come every five. */
const GAP = 8;

/** 1, 2 or 5 times a power of ten, at least 1. */
function niceStep(value) {
  const decade = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((factor) => factor * decade).find((step) => step >= value) ?? decade;
}
