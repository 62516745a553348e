import type { RevocationOptions } from 'nestjs-scaleway-auth';

/**
 * Where all replicas of this container find the tokens that were revoked: the Redis or Valkey of REVOCATION_STORE_URL, which
 * `nestjs-scaleway-auth revoke` writes to. Without it each replica has a list of its own, in memory.
 */
export async function revocation(): Promise<RevocationOptions> {
  const url = process.env['REVOCATION_STORE_URL'];
  if (!url) return {};
  // Loaded here and not above: a container without such a store does not wait for the client.
  const { RedisRevocationLog } = await import('nestjs-scaleway-auth/redis');
  return { store: new RedisRevocationLog({ url }) };
}
