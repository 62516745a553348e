import { generateKeyPairSync } from 'node:crypto';
import { request } from 'node:http';
import type { NamespaceKeyPair } from '../../../lib/platform/index.js';

/** Half the length of Scaleway's, for the tests that do not look at the key: made in a tenth of the time. */
export function quickKeyPair(): NamespaceKeyPair {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

export interface Reply {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  // oxlint-disable-next-line typescript/no-explicit-any -- a reply's JSON, whose shape is what the tests assert
  json: any;
}

export interface Call {
  method?: string;
  key?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
}

/** One HTTP call, by node:http: fetch would set, join or refuse the very headers that some tests are about. */
export function call(
  base: string,
  path: string,
  { method = 'GET', key, headers = {}, body }: Call = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const all = { ...(key !== undefined && { 'X-Auth-Token': key }), ...headers };
    const sent = request(`${base}${path}`, { method, headers: all, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const json: unknown = text === '' ? undefined : JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, json });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The parts of a compact JWT, unverified. */
export function decode(token: string): { header: string; payload: Record<string, unknown> } {
  const [header = '', payload = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return { header, payload: JSON.parse(payload) as Record<string, unknown> };
}
