export { RedisRevocationLog, type RedisRevocationLogOptions } from './redis-revocation-log.js';
export type { Compaction } from './compact-stream.js';
export type { IoredisClient, NodeRedisClient } from './connection.js';
