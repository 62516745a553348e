// Loads every entry, and has the store of revocations load the client that is installed.
require('reflect-metadata');
for (const entry of ['', '/platform', '/redis', '/swagger', '/testing', '/ws']) require(`nestjs-scaleway-auth${entry}`);

const { RedisRevocationLog } = require('nestjs-scaleway-auth/redis');
// Nothing listens there: the client is found, and says so.
new RedisRevocationLog({ url: 'redis://127.0.0.1:1' })
  .read()
  .catch((error) => console.log(error.message))
  .finally(() => process.exit());
