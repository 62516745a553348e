/**
 * Does something whose errors are answers, not faults, without the stacks that V8 would write down for them: under a flood
 * of forged tokens those cost as much as a third of the signatures. Only for what is synchronous, and short.
 */
export function withoutStack<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 0;
  } catch {
    // Frozen by the application.
    return work();
  }
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
