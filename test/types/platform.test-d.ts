import { expectTypeOf } from 'expect-type';
import {
  type ScalewayIssuedToken,
  ScalewayPlatformError,
  type ScalewayPlatformErrorReason,
  type ScalewayTarget,
  ScalewayTokenClient,
  type ScalewayTokenRecord,
  ScalewayTokenSource,
} from 'nestjs-scaleway-auth/platform';

// A target names exactly one thing.
expectTypeOf<{ containerId: string }>().toExtend<ScalewayTarget>();
expectTypeOf<{ namespaceId: string }>().toExtend<ScalewayTarget>();
expectTypeOf<{ functionId: string }>().toExtend<ScalewayTarget>();
expectTypeOf<{ functionNamespaceId: string }>().toExtend<ScalewayTarget>();
expectTypeOf<{ containerId: string; namespaceId: string }>().not.toExtend<ScalewayTarget>();
expectTypeOf<{}>().not.toExtend<ScalewayTarget>();

// Without options it takes its credentials from the environment.
const client = new ScalewayTokenClient();
expectTypeOf(client.issueJwt({ containerId: 'id' })).resolves.toEqualTypeOf<ScalewayIssuedToken>();
expectTypeOf(client.listTokens()).resolves.toEqualTypeOf<ScalewayTokenRecord[]>();
expectTypeOf(client.deleteToken('id')).resolves.toEqualTypeOf<void>();
expectTypeOf(client.issueJwt).toBeCallableWith({ containerId: 'id' }, { expiresAt: new Date(), region: 'nl-ams' });
expectTypeOf(client.issueJwt).toBeCallableWith({ containerId: 'id' }, { signal: new AbortController().signal });
// @ts-expect-error -- milliseconds or seconds, nobody knows
void client.issueJwt({ containerId: 'id' }, { expiresAt: 1_700_000_000 });
// @ts-expect-error -- a token opens something
void client.issueJwt();

expectTypeOf<ScalewayIssuedToken['token']>().toEqualTypeOf<string>();
expectTypeOf<ScalewayIssuedToken['expiresAt']>().toEqualTypeOf<Date | undefined>();
expectTypeOf<ScalewayTokenRecord['id']>().toEqualTypeOf<string>();

const source = new ScalewayTokenSource({ target: { containerId: 'id' }, client });
expectTypeOf(source.token()).resolves.toEqualTypeOf<string>();
// Made to be spread into the headers of fetch.
expectTypeOf(source.headers()).resolves.toExtend<RequestInit['headers']>();
// @ts-expect-error -- for whom?
void new ScalewayTokenSource({});

expectTypeOf(source).toExtend<AsyncDisposable>();
expectTypeOf(source.close()).resolves.toEqualTypeOf<void>();
void new ScalewayTokenSource({ target: { containerId: 'id' }, api: 'tokens', logger: console });
// @ts-expect-error -- there are two APIs
void new ScalewayTokenSource({ target: { containerId: 'id' }, api: 'token' });

// One class, told apart by its reason.
expectTypeOf<ScalewayPlatformError>().toExtend<Error>();
expectTypeOf<ScalewayPlatformError['reason']>().toEqualTypeOf<ScalewayPlatformErrorReason>();
expectTypeOf<ScalewayPlatformError['details']['retryAt']>().toEqualTypeOf<Date | undefined>();
