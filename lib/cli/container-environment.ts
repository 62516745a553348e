import type { LocalContainerEnvironment } from '../platform/index.js';

/**
 * The environment of a command that plays a container: the shell's, without anything of Scaleway's that is in it, and
 * with what Scaleway would inject. Scaleway reserves every `SCW_*` name, so a container never sees another one; and
 * the developer's own keys (`SCW_SECRET_KEY`, `SCW_ACCESS_KEY`, those behind `SCW_PROFILE`) are none of its business.
 */
export function containerEnvironment(
  shell: NodeJS.ProcessEnv,
  injected: LocalContainerEnvironment,
  port: number,
): NodeJS.ProcessEnv {
  const kept = Object.entries(shell).filter(([name]) => !name.startsWith('SCW_'));
  return { ...Object.fromEntries(kept), ...injected, PORT: String(port) };
}
