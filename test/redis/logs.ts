import { inspect } from 'node:util';
import type { Redis as Ioredis } from 'ioredis';
import type { RedisRevocationLog } from 'nestjs-scaleway-auth/redis';

export const KEY = 'scaleway-auth:revocations';

export async function readAll(log: RedisRevocationLog, from?: string) {
  const entries: string[] = [];
  let cursor = from;
  for (let pages = 1; ; pages++) {
    const page = await log.read(cursor);
    entries.push(...page.entries);
    cursor = page.cursor;
    if (!page.more) return { entries, cursor, pages };
  }
}

/** What is wrong, which must not show a password. */
export const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it did not fail',
    (error: Error) => {
      expect(inspect(error, { depth: 10 })).not.toContain('s3cret');
      return `${error.name}: ${error.message}`;
    },
  );

export async function connectionsOf(admin: Ioredis): Promise<number> {
  // The server hears of a closed connection a moment later.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return String(await admin.client('LIST'))
    .trim()
    .split('\n').length;
}
