/**
 * A target of the project and what was measured. Met within what the run can resolve is met; but a run that cannot
 * resolve as much as the target itself proves nothing, and says so.
 */
export function target({ what, value, limit, unit, resolution, atLeast = false }) {
  const missing = atLeast ? limit - value : value - limit;
  let verdict = missing <= 0 ? 'holds' : 'missed';
  if (missing > 0 && missing <= resolution) verdict = 'holds within the resolution';
  if (resolution > Math.abs(limit)) verdict = 'this run is too coarse to tell';
  return { what, value, limit, unit, resolution, atLeast, verdict };
}
