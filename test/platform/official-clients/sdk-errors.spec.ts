import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform } from 'nestjs-scaleway-auth/platform';
import { createClient, Errors } from '@scaleway/sdk-client';
import { Containerv1beta1 } from '@scaleway/sdk-container';

const platform = new LocalScalewayPlatform();
let namespaceId: string;

beforeAll(async () => {
  await platform.start();
  const keyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  namespaceId = (await platform.addNamespace({ keyPair })).id;
});
afterAll(() => platform.stop());

function api(secretKey: string = platform.secretKey) {
  const accessKey = 'SCWXXXXXXXXXXXXXXXXX';
  return new Containerv1beta1.API(
    createClient({ apiURL: platform.url, accessKey, secretKey, defaultRegion: 'fr-par' }),
  );
}

const raised = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );
const classes = { ...Errors };
const tested = new Set<string>();

function expectError(error: unknown, name: keyof typeof classes, members: object): void {
  tested.add(name);
  expect(error).toBeInstanceOf(classes[name]);
  expect(error).toMatchObject({ name, ...members });
}

describe("the SDK's errors, raised by what the platform refuses", () => {
  it('InvalidArgumentsError', async () => {
    const error = await raised(api().createToken({}));
    expectError(error, 'InvalidArgumentsError', {
      status: 400,
      details: [{ argumentName: 'container_id', reason: 'required', helpMessage: expect.any(String) }],
    });
    expect(await raised(api().listTokens({ page: 0 }))).toBeInstanceOf(Errors.InvalidArgumentsError);
  });

  it('DeniedAuthenticationError', async () => {
    const error = await raised(api('11111111-1111-4111-8111-111111111111').listTokens());
    expectError(error, 'DeniedAuthenticationError', { status: 401, method: 'api_key', reason: 'not_found' });
  });

  it('PermissionsDeniedError', async () => {
    const error = await raised(api(platform.unprivilegedSecretKey).createToken({ namespaceId }));
    expectError(error, 'PermissionsDeniedError', {
      status: 403,
      list: [{ action: 'write', resource: 'containers' }],
    });
  });

  it.each([
    ['Namespace', () => api().createToken({ namespaceId: 'nobody' })],
    ['Container', () => api().createToken({ containerId: 'nobody' })],
    ['Token', () => api().getToken({ tokenId: 'nobody' })],
    ['Token', () => api().deleteToken({ tokenId: 'nobody' })],
  ])('ScalewayError itself for a %s that is not found: v1beta1 sends no type', async (what, call) => {
    const error = await raised(call());
    expectError(error, 'ScalewayError', { status: 404, rawMessage: `${what} was not found` });
    expect((error as Error).constructor).toBe(Errors.ScalewayError);
  });

  it('QuotasExceededError', async () => {
    const created: string[] = [];
    let error: unknown;
    while (error === undefined && created.length <= 1000) {
      error = await raised(
        api()
          .createToken({ namespaceId })
          .then(({ id }) => created.push(id)),
      );
    }
    expectError(error, 'QuotasExceededError', {
      status: 403,
      list: [{ resource: 'tokens', quota: 1000, current: 1000 }],
    });
  });
});

describe("the SDK's other errors, raised by what failNext() lets the platform answer", () => {
  const resource = { resource: 'token', resource_id: 'some-id' };

  it.each([
    [
      'TooManyRequestsError',
      429,
      'too_many_requests',
      { help_message: 'slow down', reset_seconds: 2 },
      { resetSeconds: 2 },
    ],
    ['ResourceNotFoundError', 404, 'not_found', resource, { resourceId: 'some-id' }],
    [
      'ResourceExpiredError',
      410,
      'expired',
      { ...resource, expired_since: '2026-01-01T00:00:00Z' },
      { resource: 'token' },
    ],
    ['ResourceLockedError', 403, 'locked', resource, { resource: 'token' }],
    [
      'TransientStateError',
      409,
      'transient_state',
      { ...resource, current_state: 'deleting' },
      { currentState: 'deleting' },
    ],
    [
      'PreconditionFailedError',
      412,
      'precondition_failed',
      { precondition: 'p', help_message: 'h' },
      { precondition: 'p' },
    ],
    ['AlreadyExistsError', 409, 'already_exists', { ...resource, help_message: 'h' }, { helpMessage: 'h' }],
    ['OutOfStockError', 503, 'out_of_stock', { resource: 'token' }, { resource: 'token' }],
    ['ScalewayError', 500, 'internal', {}, { rawMessage: 'as told' }],
  ] as const)('%s', async (name, status, type, body, members) => {
    platform.failNext({ status, body: { type, message: 'as told', ...body } });
    expectError(await raised(api().listTokens()), name, { status, ...members });
  });
});

it('leaves no error class of the SDK out', () => {
  expect([...tested].toSorted()).toEqual(Object.keys(classes).toSorted());
});
