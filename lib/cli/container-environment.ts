import type { LocalContainerEnvironment } from '../platform/index.js';

/**
 * The environment of a command that plays a container: the shell's, without anything of Scaleway's that is in it, and with
 * what Scaleway would inject. Scaleway reserves all `SCW_*` names, so a container never sees another one; and it must not
 * see the developer's own keys (`SCW_SECRET_KEY`, `SCW_ACCESS_KEY`, those that `SCW_PROFILE` names).
 *
 * @param reporting variables for the console's report of refusals; no names of Scaleway's
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
