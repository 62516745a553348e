import { createPrivateKey, createPublicKey, generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

/** Scaleway's size, and the size that some targets and the figures of other libraries are stated for. */
export const SIZES = [2048, 4096];

const WORLD = 'BENCH_WORLD';

/** One key pair a size and the ids of one container, made once a run and given to every process through its environment. */
export async function makeWorld() {
  const pairs = await Promise.all(
    SIZES.map((modulusLength) =>
      promisify(generateKeyPair)('rsa', {
        modulusLength,
        publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }),
    ),
  );
  const keys = Object.fromEntries(SIZES.map((bits, i) => [bits, pairs[i]]));
  process.env[WORLD] = JSON.stringify({ keys, namespaceId: randomUUID(), applicationId: randomUUID() });
}

let world;
/** The world that the starting process made. */
export const theWorld = () => (world ??= JSON.parse(process.env[WORLD]));

/** What Scaleway would inject into the container whose key has this size. */
export const environmentOf = (bits) => ({
  SCW_PUBLIC: 'false',
  SCW_PUBLIC_KEY: theWorld().keys[bits].publicKey,
  SCW_NAMESPACE_ID: theWorld().namespaceId,
  SCW_APPLICATION_ID: theWorld().applicationId,
});

export const publicPemOf = (bits) => theWorld().keys[bits].publicKey;
export const publicKeyOf = (bits) => createPublicKey(publicPemOf(bits));
export const privateKeyOf = (bits) => createPrivateKey(theWorld().keys[bits].privateKey);
