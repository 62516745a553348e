// The private container that every application of the matrix plays, and tokens for it as Scaleway signs them.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { environmentOf, makeContainer } from '../../scripts/tooling/keys.mjs';
import { tokenSignedWith, validToken } from '../../scripts/tooling/tokens.mjs';

const BITS = 4096;
await makeContainer();

export const environment = environmentOf(BITS);

/** @param {string} applicationId */
const forContainer = (applicationId) =>
  validToken(BITS, { application_claim: [{ namespace_id: '', application_id: applicationId }] });

export const tokens = {
  ofTheNamespace: validToken(BITS),
  ofThisContainer: forContainer(environment.SCW_APPLICATION_ID),
  ofAnotherContainer: forContainer(randomUUID()),
  signedByAnotherNamespace: tokenSignedWith(generateKeyPairSync('rsa', { modulusLength: BITS }).privateKey),
};
