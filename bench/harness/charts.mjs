// Charts as plain SVG, in colours that can be told apart on a light and on a dark page.
const INK = '#7a7f87';
const OURS = '#2f7ed8';
const OTHERS = '#a9b0ba';
const LINES = ['#2f7ed8', '#e07b39', '#3aa76d', '#b05cc6', '#c9a227'];
const FONT = 'font-family="system-ui, sans-serif" font-size="13"';

const escape = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const round = (value) => Math.round(value * 10) / 10;
const text = (x, y, content, more = '') =>
  `<text x="${round(x)}" y="${round(y)}" fill="${INK}" ${FONT} ${more}>${escape(content)}</text>`;

const picture = (width, height, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">\n${parts.join('\n')}\n</svg>\n`;

const short = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** Horizontal bars with their values; `error` is drawn as a whisker. */
export function barChart({ title, bars }) {
  const left = 330;
  const width = 860;
  const scale = (width - left - 90) / Math.max(...bars.map(({ value, error = 0 }) => value + error), Number.MIN_VALUE);
  const parts = [text(10, 22, title, 'font-weight="600"')];
  bars.forEach(({ label, value, error, ours }, i) => {
    const y = 40 + i * 28;
    const end = left + value * scale;
    parts.push(
      text(left - 10, y + 15, label, `text-anchor="end"${ours ? ' font-weight="600"' : ''}`),
      `<rect x="${left}" y="${y}" width="${round(Math.max(1, value * scale))}" height="20" fill="${ours ? OURS : OTHERS}"/>`,
    );
    const whisker = (error ?? 0) * scale;
    if (whisker > 1)
      parts.push(
        `<path d="M${round(Math.max(left, end - whisker))} ${y + 10}H${round(end + whisker)}" stroke="${INK}" stroke-width="1.5"/>`,
      );
    parts.push(text(end + whisker + 8, y + 15, short(value)));
  });
  return picture(width, 50 + bars.length * 28, parts);
}

/** Lines over logarithmic axes: `lines` are `{ label, points: [[x, y], …] }`. */
export function lineChart({ title, xLabel, yLabel, lines }) {
  const [width, height, left, right, top, bottom] = [860, 420, 70, 220, 50, 50];
  const all = lines.flatMap(({ points }) => points);
  const [x0, x1] = decades(all.map(([x]) => x));
  const [y0, y1] = decades(all.map(([, y]) => y));
  const px = (x) => left + ((Math.log10(x) - x0) / (x1 - x0)) * (width - left - right);
  const py = (y) => height - bottom - ((Math.log10(y) - y0) / (y1 - y0)) * (height - top - bottom);
  const parts = [text(10, 22, title, 'font-weight="600"'), text(10, 42, yLabel)];
  for (let d = x0; d <= x1; d++) {
    const x = round(px(10 ** d));
    parts.push(`<path d="M${x} ${top}V${height - bottom}" stroke="${INK}" stroke-opacity="0.25"/>`);
    parts.push(text(x, height - bottom + 18, (10 ** d).toLocaleString('en-US'), 'text-anchor="middle"'));
  }
  for (let d = y0; d <= y1; d++) {
    const y = round(py(10 ** d));
    parts.push(`<path d="M${left} ${y}H${width - right}" stroke="${INK}" stroke-opacity="0.25"/>`);
    parts.push(text(left - 8, y + 4, String(Number((10 ** d).toPrecision(1))), 'text-anchor="end"'));
  }
  parts.push(text((left + width - right) / 2, height - 10, xLabel, 'text-anchor="middle"'));
  lines.forEach(({ label, points }, i) => {
    const color = LINES[i % LINES.length];
    const path = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${round(px(x))} ${round(py(y))}`).join('');
    parts.push(`<path d="${path}" fill="none" stroke="${color}" stroke-width="2"/>`);
    for (const [x, y] of points)
      parts.push(`<circle cx="${round(px(x))}" cy="${round(py(y))}" r="3" fill="${color}"/>`);
    parts.push(`<rect x="${width - right + 20}" y="${top + i * 22}" width="14" height="4" fill="${color}"/>`);
    parts.push(text(width - right + 42, top + 8 + i * 22, label));
  });
  return picture(width, height, parts);
}

/** The powers of ten around all values; at least one step apart. */
function decades(values) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))];
}
