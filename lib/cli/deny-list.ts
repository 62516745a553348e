import { ScalewayRevocations } from '../revocation/scaleway-revocations.js';
import type { DenyList } from '../verification/scaleway-token-verifier.js';
import { openStore } from './open-store.js';

/** How long a store that does not answer may hold up the end of the command. */
const CLOSE_MS = 1000;

/**
 * Reads the deny list that containers share, for as long as `use` takes.
 *
 * @throws Error when the store cannot be reached
 */
export async function withDenyList<T>(url: string, key: string, use: (list: DenyList) => T): Promise<T> {
  const revocations = new ScalewayRevocations(
    { store: openStore(url, { key, waitReplicas: 0 }) },
    { log() {}, warn() {}, error() {} },
  );
  try {
    await revocations.start();
    if (!revocations.isCurrent) throw new Error('The store of revocations cannot be reached.');
    return use(revocations);
  } finally {
    await Promise.race([revocations.stop(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    // Clients of stores may go on trying to connect.
    setTimeout(() => process.exit(), CLOSE_MS).unref();
  }
}
