import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { type Verdict } from '../../lib/verification/verdict.js';
import { tokenRules } from '../../lib/module/token-rules.js';
import { applicationId, base64url, namespaceId, scalewayHeader } from '../support/issuer.js';

/*
 * The verifier without HTTP, for properties that try thousands of inputs. With a key of 2048 bits, of which a signature
 * takes a fifth of the time.
 */

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The environment of a container whose tokens {@link signed} makes. */
export const smallEnvironment = {
  SCW_PUBLIC_KEY: pair.publicKey.export({ type: 'spki', format: 'pem' }) as string,
  SCW_NAMESPACE_ID: namespaceId,
  SCW_APPLICATION_ID: applicationId,
};

export const newVerifier = (options: object = {}): ScalewayTokenVerifier =>
  new ScalewayTokenVerifier(readContainerIdentity(smallEnvironment), tokenRules(options));

export function signed(payload: unknown, header: unknown = scalewayHeader, key: KeyObject = pair.privateKey): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${createSign('sha256').update(input).sign(key, 'base64url')}`;
}

/** A header is a new string on every request. */
export const present = (text: string, name = 'x-auth-token') => ({
  headers: { [name]: Buffer.from(text, 'latin1').toString('latin1') },
  rawHeaders: [name, text],
});

/** `'200'`, or a status and a reason. */
export function ended(verdict: Verdict): string {
  if (verdict.accepted) return '200';
  const { reason } = verdict;
  return `${['wrong_namespace', 'wrong_application'].includes(reason) ? 403 : 401} ${reason}`;
}
