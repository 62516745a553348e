import { firstSight } from './isolated/first-sight.mjs';
import { lookups } from './isolated/lookups.mjs';
import { refusals } from './isolated/refusals.mjs';

/**
 * What checks cost without HTTP around them.
 *
 * @param {import('../measure.mjs').Mode} mode
 */
export async function isolated(mode) {
  const parts = [await lookups(mode), await refusals(mode), await firstSight(mode, 4096), await firstSight(mode, 2048)];
  return {
    tables: parts.map(({ table }) => table),
    targets: parts.flatMap(({ targets }) => targets),
    charts: [],
    samples: Object.assign({}, ...parts.map(({ samples }) => samples)),
  };
}
