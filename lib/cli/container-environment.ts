import type { LocalContainerEnvironment } from '../platform/index.js';

/**
 * The environment of a command that runs as a container: the shell's without its `SCW_*` variables, plus the variables that
 * Scaleway injects. Scaleway reserves all `SCW_*` names, so a container has no others. It must not get the developer's own
 * keys (`SCW_SECRET_KEY`, `SCW_ACCESS_KEY`, those of `SCW_PROFILE`).
 *
 * @param reporting variables for reporting refusals to the console; not `SCW_*` names
 */
export function containerEnvironment(
  shell: NodeJS.ProcessEnv,
  injected: LocalContainerEnvironment,
  port: number,
  reporting: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  const kept = Object.entries(shell).filter(([name]) => !name.startsWith('SCW_'));
  return { ...Object.fromEntries(kept), ...reporting, ...injected, PORT: String(port) };
}
