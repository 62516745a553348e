/** A line that is written over, on a terminal alone: in a file or a pipe it would be noise. */
export function progress(text) {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\x1b[K${text === undefined ? '' : text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}
