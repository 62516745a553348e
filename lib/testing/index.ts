export { createScalewayTestIssuer, type ScalewayTestIssuer, type TestTokenClaims } from './test-issuer.js';
export { type TestCaller, withScwClaims } from './with-scw-claims.js';
export { scwRoutes } from './scw-routes.js';
export type { ScwProtection, ScwRoute } from '../routes/scw-route.js';
export type { ScwRouteKind } from '../routes/handlers.js';
