/**
 * Mutants that survive, and why no test can kill them. An entry stands for every mutant of the file whose original text
 * and replacement match; `original` and `replacement` are texts or patterns, and left out where any will do.
 */
const SURVIVORS = [];

export function explanationOf({ file, original, replacement, mutatorName }) {
  const matches = (wanted, text) =>
    wanted === undefined || (typeof wanted === 'string' ? wanted === text : wanted.test(text));
  return SURVIVORS.find(
    (entry) =>
      file.endsWith(entry.file) &&
      matches(entry.mutator, mutatorName) &&
      matches(entry.original, original) &&
      matches(entry.replacement, replacement),
  )?.why;
}
