/** @typedef {ReturnType<typeof snapshot>} Snapshot */

/** What a test file can leave behind for the next one of its process. */
export function snapshot() {
  return {
    variables: { ...process.env },
    listeners: new Map(process.eventNames().map((name) => [name, process.listenerCount(name)])),
    globals: new Set(Reflect.ownKeys(globalThis)),
    handles: counted(process.getActiveResourcesInfo().filter((name) => HANDLES.has(name))),
    ...globalThis.bundle.state(),
  };
}

const HANDLES = new Set(['Timeout', 'TCPServerWrap', 'TCPSocketWrap', 'TLSWrap', 'PipeServerWrap', 'ProcessWrap']);

/**
 * The differences, in words. When a file is imported, what it imports may add listeners and globals: once for all.
 *
 * @param {Snapshot} before
 * @param {Snapshot} after
 */
export function remains(before, after, { imported = false } = {}) {
  const left = [];
  for (const name of new Set([...Object.keys(before.variables), ...Object.keys(after.variables)]))
    if (before.variables[name] !== after.variables[name]) left.push(`environment variable ${name}`);
  for (const name of new Set(after.mocks)) left.push(`mock of ${name}, which was not restored`);
  if (after.fakeTimers) left.push('fake timers');
  if (after.testTimeout !== before.testTimeout) left.push('jest.setTimeout()');
  if (imported) return left;

  for (const [name, count] of after.listeners)
    if (count > (before.listeners.get(name) ?? 0)) left.push(`listener of the process for ${String(name)}`);
  for (const key of after.globals) if (!before.globals.has(key)) left.push(`global ${String(key)}`);
  for (const [name, count] of after.handles) if (count > (before.handles.get(name) ?? 0)) left.push(`handle ${name}`);
  return left;
}

/** @param {readonly string[]} names */
function counted(names) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
