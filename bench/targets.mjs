import { figure, markdownTable } from '../scripts/tooling/format.mjs';

/**
 * @typedef {object} Target
 * @property {string} what
 * @property {number} value
 * @property {number} limit
 * @property {string} unit
 * @property {number} resolution what the run can tell apart
 * @property {boolean} [atLeast] whether the value must be above the limit, and not below
 */

/**
 * A target of the project and what was measured. Met within what the run can resolve is met; but a run that cannot
 * resolve as much as the target itself proves nothing, and says so.
 *
 * @param {Target} measured
 */
export function target({ atLeast = false, ...measured }) {
  const { value, limit, resolution } = measured;
  const missing = atLeast ? limit - value : value - limit;
  let verdict = missing <= 0 ? 'holds' : 'missed';
  if (missing > 0 && missing <= resolution) verdict = 'holds within the resolution';
  if (resolution > Math.abs(limit) && Math.abs(missing) <= resolution) verdict = 'this run is too coarse to tell';
  return { ...measured, atLeast, verdict };
}

/** @param {ReturnType<typeof target>[]} targets */
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
