/**
 * @typedef {object} Instruction
 * @property {string} name `RUN`
 * @property {string} rest what stands behind it
 */

/**
 * The instructions of a Dockerfile, in order.
 *
 * @param {string} text
 * @returns {Instruction[]}
 */
export function instructionsOf(text) {
  return text
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+)\s+(.+)$/.exec(line.trim()) ?? [];
      return { name, rest };
    });
}

/**
 * Whether a .dockerignore leaves a path of the context out. Understands names and `*`, which stand for what is directly in
 * the context, as Docker reads them.
 *
 * @param {string} text of the .dockerignore
 * @returns {(path: string) => boolean}
 */
export function ignoreRule(text) {
  const patterns = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const unknown = patterns.find((pattern) => !/^[\w.*-]+$/.test(pattern));
  if (unknown !== undefined) throw new Error(`.dockerignore: ${unknown} is not understood here`);
  const rules = patterns.map((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`));
  return (path) => rules.some((rule) => rule.test(path.split('/')[0] ?? ''));
}
