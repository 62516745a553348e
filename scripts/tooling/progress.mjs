const { stderr } = process;

/**
 * Shows a line on stderr that the next one writes over, and removes it when called without a text. On a terminal alone:
 * in a file or a pipe it would be noise.
 *
 * @param {string} [text]
 */
export function progress(text = '') {
  if (stderr.isTTY) stderr.write(`\r\x1b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
}
