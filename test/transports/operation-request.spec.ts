import {
  type GraphqlDriver,
  isOfOneRequest,
  keepRequests,
  requestOfOperation,
} from '../../lib/transports/graphql/operation-request.js';

/** A driver that answers its options, as those of Nest do with their own added. */
const driver = (): GraphqlDriver => ({ mergeDefaultOptions: (options, ...rest) => ({ ...options, rest }) });

type Context = (...args: unknown[]) => Promise<object>;

function contextOf(given: unknown): Context {
  const prepared = driver();
  keepRequests(prepared);
  return (prepared.mergeDefaultOptions({ context: given }) as { context: Context }).context;
}

const request = { headers: { 'x-auth-token': 'a' } };

it('leaves the other arguments of a driver alone, and prepares a driver once', () => {
  const prepared = driver();
  keepRequests(prepared);
  const { mergeDefaultOptions } = prepared;
  keepRequests(prepared);
  expect(prepared.mergeDefaultOptions).toBe(mergeDefaultOptions);
  expect(prepared.mergeDefaultOptions({}, 'more')).toMatchObject({ rest: ['more'] });
});

describe('the context of an operation', () => {
  it.each<[string, unknown]>([
    ["Node's request", { req: request }],
    ["Fastify's", { ...request, raw: {} }],
  ])('has the request that the driver gives: %s', async (_name, first) => {
    const context = await contextOf(undefined)(first);
    expect(isOfOneRequest(context)).toBe(true);
    expect(requestOfOperation(context)).toMatchObject(request);
  });
  it.each<[string, unknown[]]>([
    ['nothing', []],
    ['null', [null]],
    ['no request', [{}]],
    ['the request that opened a WebSocket', [{ req: { headers: { ...request.headers, upgrade: 'WebSocket' } } }]],
  ])('has none where the driver gives %s', async (_name, args) => {
    const context = await contextOf({ tenant: 'a' })(...args);
    expect(context).toMatchObject({ tenant: 'a' });
    expect(isOfOneRequest(context)).toBe(true);
    expect(requestOfOperation(context)).toBeUndefined();
  });
  it('is a copy for each operation of what the application gives', async () => {
    class Shared {
      tenant = 'a';
    }
    const shared = new Shared();
    const context = contextOf(() => shared);
    const [one, other] = [await context({ req: request }), await context({})];
    expect(one).toBeInstanceOf(Shared);
    expect(one).not.toBe(other);
    expect(requestOfOperation(other)).toBeUndefined();
    expect(requestOfOperation(shared)).toBeUndefined();
  });
  it.each(['text', 7])('that is no object is left as it is: %p', async (given) => {
    await expect(contextOf(() => given)({ req: request })).resolves.toBe(given);
  });
});
