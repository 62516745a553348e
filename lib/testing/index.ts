export { createScalewayTestIssuer, type ScalewayTestIssuer, type TestTokenClaims } from './test-issuer.js';
export { type TestCaller, withScwClaims } from './with-scw-claims.js';
