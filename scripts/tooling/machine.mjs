import { arch, availableParallelism, cpus, platform, release } from 'node:os';

/** The day in UTC, as `2026-11-28`. */
export const today = () => new Date().toISOString().slice(0, 10);

/** On what a figure was measured: processor, cores, system, Node's version. */
export const machine = () =>
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${platform()} ${release()} ${arch()}, Node ${process.version}`;
