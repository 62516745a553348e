import { createPrivateKey, createPublicKey, generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

/** Scaleway's size, and the size that some targets and the figures of other libraries are stated for. */
const SIZES = [2048, 4096];

const VARIABLE = 'MEASURED_CONTAINER';

/**
 * @typedef {object} MeasuredContainer
 * @property {Record<number, { publicKey: string, privateKey: string }>} keys in PEM, by their size
 * @property {string} namespaceId
 * @property {string} applicationId
 */

/**
 * Makes one key pair of each size and the ids of one container, and gives them to every process that is started later
 * through its environment. Does nothing when they are there already.
 */
export async function makeContainer() {
  if (process.env[VARIABLE] !== undefined) return;
  const pairs = SIZES.map(async (modulusLength) => [
    modulusLength,
    await promisify(generateKeyPair)('rsa', {
      modulusLength,
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }),
  ]);
  const keys = Object.fromEntries(await Promise.all(pairs));
  process.env[VARIABLE] = JSON.stringify({ keys, namespaceId: randomUUID(), applicationId: randomUUID() });
}

/** @type {MeasuredContainer | undefined} */
let container;

/** @returns {MeasuredContainer} */
function read() {
  const text = process.env[VARIABLE];
  if (text === undefined)
    throw new Error(`${VARIABLE} is not set. Call makeContainer() in the process that starts this`);
  return JSON.parse(text);
}

/** The container that the starting process made. */
export const theContainer = () => (container ??= read());

/** @param {number} bits */
function pairOf(bits) {
  const pair = theContainer().keys[bits];
  if (pair === undefined) throw new Error(`There is no key of ${bits} bits, only of ${SIZES.join(' and ')}`);
  return pair;
}

/** @param {number} bits */
export const publicPemOf = (bits) => pairOf(bits).publicKey;

/** @param {number} bits */
export const publicKeyOf = (bits) => createPublicKey(publicPemOf(bits));

/** @param {number} bits */
export const privateKeyOf = (bits) => createPrivateKey(pairOf(bits).privateKey);

/**
 * What Scaleway would inject into the container whose key has this size.
 *
 * @param {number} bits
 */
export const environmentOf = (bits) => ({
  SCW_PUBLIC: 'false',
  SCW_PUBLIC_KEY: publicPemOf(bits),
  SCW_NAMESPACE_ID: theContainer().namespaceId,
  SCW_APPLICATION_ID: theContainer().applicationId,
});
