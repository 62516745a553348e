import { expectTypeOf } from 'expect-type';
import {
  fingerprintOf,
  type JwtPayload,
  REFUSAL_REASONS,
  type RequestHeaders,
  type ScalewayTokenVerifier,
  type ScwAcceptedEvent,
  type ScwRefusalReason,
  type ScwRefusedEvent,
  ScwTokenClaims,
  type ScwTokenScope,
  type Verdict,
} from 'nestjs-scaleway-auth';

expectTypeOf<ScwTokenScope>().toEqualTypeOf<'namespace' | 'application'>();
expectTypeOf<ScwTokenClaims>().toHaveProperty('scope').toEqualTypeOf<ScwTokenScope>();
expectTypeOf<ScwTokenClaims>().toHaveProperty('namespaceId').toEqualTypeOf<string | undefined>();
expectTypeOf<ScwTokenClaims>().toHaveProperty('applicationId').toEqualTypeOf<string | undefined>();
expectTypeOf<ScwTokenClaims>().toHaveProperty('tokenId').toEqualTypeOf<string | undefined>();
expectTypeOf<ScwTokenClaims>().toHaveProperty('issuedAt').toEqualTypeOf<Date | undefined>();
expectTypeOf<ScwTokenClaims>().toHaveProperty('expiresAt').toEqualTypeOf<Date | undefined>();
expectTypeOf<ScwTokenClaims>().toHaveProperty('payload').toEqualTypeOf<JwtPayload>();
// Nothing is known about the type of a claim.
expectTypeOf<JwtPayload[string]>().toEqualTypeOf<unknown>();
// A value of unknown type can be asked whether it is one.
expectTypeOf(ScwTokenClaims).instance.toExtend<object>();

declare const claims: ScwTokenClaims;
// @ts-expect-error -- shared by all requests with the same token, so nobody may write to it
claims.namespaceId = 'another';

// A verdict is one or the other, and never something between them.
declare const verdict: Verdict;
if (verdict.accepted) {
  expectTypeOf(verdict.claims).toEqualTypeOf<ScwTokenClaims>();
  // @ts-expect-error -- who is let in was refused for nothing
  void verdict.reason;
} else {
  expectTypeOf(verdict.reason).toEqualTypeOf<ScwRefusalReason>();
  // @ts-expect-error -- who is refused has no claims
  void verdict.claims;
}
// @ts-expect-error -- before it is known which of the two it is, there are no claims
void verdict.claims;

// What the verifier takes: the request of Node, of Express, of Fastify, or a bare token.
declare const verifier: ScalewayTokenVerifier;
expectTypeOf(verifier.verifySync).parameter(0).toEqualTypeOf<RequestHeaders | string>();
expectTypeOf(verifier.verifySync).returns.toEqualTypeOf<Verdict>();
expectTypeOf(verifier.verify).returns.toEqualTypeOf<Verdict | Promise<Verdict>>();
expectTypeOf<import('node:http').IncomingMessage>().toExtend<RequestHeaders>();
expectTypeOf<import('node:http2').Http2ServerRequest>().toExtend<RequestHeaders>();
expectTypeOf<{ headers: { 'x-auth-token': string } }>().toExtend<RequestHeaders>();

expectTypeOf(REFUSAL_REASONS).items.toEqualTypeOf<ScwRefusalReason>();
expectTypeOf<'expired' | 'no_token' | 'wrong_scope'>().toExtend<ScwRefusalReason>();
expectTypeOf<ScwRefusedEvent['reason']>().toEqualTypeOf<ScwRefusalReason>();
expectTypeOf<ScwRefusedEvent['status']>().toEqualTypeOf<401 | 403>();
expectTypeOf<ScwAcceptedEvent['scope']>().toEqualTypeOf<ScwTokenScope>();
expectTypeOf(fingerprintOf).toEqualTypeOf<(token: string) => string>();
