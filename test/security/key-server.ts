import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { foreignPublicKeyPem } from '../support/issuer.js';

/** A server of the attacker's keys, in every form, which counts who asks. */
export async function startKeyServer(): Promise<{ url: string; fetches: () => number; close: () => void }> {
  let fetches = 0;
  const key = createPublicKey(foreignPublicKeyPem);
  const keys = JSON.stringify({
    keys: [{ ...key.export({ format: 'jwk' }), kid: 'attacker', alg: 'RS256', use: 'sig' }],
  });
  const server = createServer((_request, response) => {
    fetches++;
    response.setHeader('Content-Type', 'application/json').end(keys);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  return { url, fetches: () => fetches, close: () => void server.close() };
}
