import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Platform } from '../support/app.js';
import { applicationId, foreignPublicKeyPem, namespaceId, publicKeyPem } from '../support/issuer.js';
import { type Probe, startProbe } from '../support/probe.js';
import type { AttackRequest } from './attack.js';

/** A running application that is attacked. */
export interface Target {
  readonly platform: Platform;
  /** The one option that the attacks vary: undefined is the default, which has a cache; 0 is none. */
  readonly cacheSize: number | undefined;
  readonly probe: Probe;
  /** How a request ends: `'200'`, `'401 expired'`, or a bare status where the guard was not reached. */
  ask(request: AttackRequest): Promise<string>;
}

export async function startTarget(platform: Platform, cacheSize: number | undefined): Promise<Target> {
  const probe = await startProbe(platform, { cacheSize });

  async function ask(request: AttackRequest): Promise<string> {
    // The probe looks for secrets in the log, of which an inspection shows the first hundred lines.
    probe.logs.length = 0;
    if (typeof request === 'string' || Array.isArray(request)) return probe.ask(request);
    probe.causes.length = 0;
    const answer = await exchange(probe.url, request.raw);
    for (const secret of [namespaceId, applicationId, publicKeyPem.split('\n')[1]!])
      expect(answer.includes(secret)).toBe(false);
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 'no answer';
    return [status, ...probe.causes.filter((cause) => cause !== undefined).map(String)].join(' ');
  }
  return { platform, cacheSize, probe, ask };
}

/** Sends bytes as they are, and gives all that comes back. */
export function exchange(url: string, raw: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(raw, 'latin1')));
    socket.setTimeout(10_000, () => socket.destroy(new Error('no end of an answer')));
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    // A server that refuses a request half-read resets the connection; what it said before counts.
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
    socket.on('close', () => resolve(text));
  });
}

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
