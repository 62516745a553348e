export { createScalewayTestIssuer, type ScalewayTestIssuer } from './test-issuer.js';
