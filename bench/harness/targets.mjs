/**
 * A target of the project and what was measured. It holds when it is met within what the run can resolve; a resolution
 * that is as coarse as the target itself says that the run proves nothing, and the report shows both.
 */
export function target({ what, value, limit, unit, resolution, atLeast = false }) {
  const missing = atLeast ? limit - value : value - limit;
  return { what, value, limit, unit, resolution, atLeast, holds: missing <= resolution };
}
