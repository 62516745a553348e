import { randomUUID } from 'node:crypto';
import { get, platforms } from '../support/app.js';
import { token } from '../support/issuer.js';
import { describeCases, type HeaderLines, type Probe, startProbe } from '../support/probe.js';

/** The headers that may carry a token, first to last. */
const ORDER = ['X-Auth-Token', 'SCW-Functions-Token', 'SCW_FUNCTIONS_TOKEN', 'Authorization'] as const;

const carry = (name: string, credential: string): [string, string] => [
  name,
  name === 'Authorization' ? `Bearer ${credential}` : credential,
];

const pairs = ORDER.flatMap((first, i) => ORDER.slice(i + 1).map((second) => [first, second] as const));

describeCases('each header', {}, [
  { name: 'no header', send: () => [], ends: '401 no_token' },
  ...ORDER.flatMap((name) => [
    { name, send: (): HeaderLines => [carry(name, token())], ends: '200' },
    { name: `${name} in lower case`, send: (): HeaderLines => [carry(name.toLowerCase(), token())], ends: lower(name) },
    { name: `${name} in upper case`, send: (): HeaderLines => [carry(name.toUpperCase(), token())], ends: lower(name) },
    { name: `${name} blank`, send: (): HeaderLines => [[name, ' \t ']], ends: '401 no_token' },
    { name: `${name} empty`, send: (): HeaderLines => [[name, '']], ends: '401 no_token' },
    {
      name: `${name} with blanks around`,
      send: (): HeaderLines => [[name, ` \t${carry(name, token())[1]} \t`]],
      ends: '200',
    },
    { name: `${name} with rubbish`, send: (): HeaderLines => [carry(name, 'rubbish')], ends: '401 malformed' },
  ]),
]);

// `carry` writes the scheme for the exact name alone; in other letter case the value is a bare token, which is no scheme.
function lower(name: string): string {
  return name === 'Authorization' ? '401 no_token' : '200';
}

describeCases(
  'the first header that is present decides',
  {},
  pairs.flatMap(([first, second]) => [
    {
      name: `rubbish in ${first}, a token in ${second}`,
      send: (): HeaderLines => [carry(first, 'rubbish'), carry(second, token())],
      ends: '401 malformed',
    },
    {
      name: `an expired token in ${first}, a token in ${second}`,
      send: (): HeaderLines => [carry(second, token()), carry(first, token({ exp: 1 }))],
      ends: '401 expired',
    },
    {
      name: `a token in ${first}, rubbish in ${second}`,
      send: (): HeaderLines => [carry(second, 'rubbish'), carry(first, token())],
      ends: '200',
    },
    {
      name: `blanks in ${first}, a token in ${second}`,
      send: (): HeaderLines => [[first, '  '], carry(second, token())],
      ends: '200',
    },
    {
      name: `${first} too long, a token in ${second}`,
      send: (): HeaderLines => [carry(first, 'a'.repeat(8193)), carry(second, token())],
      ends: '401 too_long',
    },
    {
      name: `${first} twice, a token in ${second}`,
      send: (): HeaderLines => [carry(first, 'a'), carry(first, 'b'), carry(second, token())],
      ends: '401 duplicate_token',
    },
  ]),
);

describeCases('an IAM key', {}, [
  ...ORDER.map((name) => ({
    name: `in ${name} alone`,
    send: (): HeaderLines => [carry(name, randomUUID())],
    ends: '401 iam_key',
  })),
  { name: 'in upper case', send: () => randomUUID().toUpperCase(), ends: '401 iam_key' },
  { name: 'that is nearly a UUID', send: () => `${randomUUID()}0`, ends: '401 malformed' },
  { name: 'in every header', send: () => ORDER.map((name) => carry(name, randomUUID())), ends: '401 iam_key' },
  {
    name: 'twice in one header',
    send: () => [
      carry('X-Auth-Token', randomUUID()),
      carry('X-Auth-Token', randomUUID()),
      carry('Authorization', token()),
    ],
    ends: '401 duplicate_token',
  },
  {
    name: 'before a blank header',
    send: () => [carry('X-Auth-Token', randomUUID()), ['Authorization', ' ']],
    ends: '401 iam_key',
  },
  {
    name: 'before another scheme',
    send: () => [carry('X-Auth-Token', randomUUID()), ['Authorization', 'Basic YTpi']],
    ends: '401 iam_key',
  },
  {
    name: 'after a token',
    send: () => [carry('X-Auth-Token', token()), carry('Authorization', randomUUID())],
    ends: '200',
  },
  {
    name: 'after rubbish',
    send: () => [carry('X-Auth-Token', 'rubbish'), carry('Authorization', randomUUID())],
    ends: '401 malformed',
  },
  ...pairs.flatMap(([first, second]) => [
    {
      name: `in ${first}, a token in ${second}`,
      send: (): HeaderLines => [carry(first, randomUUID()), carry(second, token())],
      ends: '200',
    },
    {
      name: `in ${first}, rubbish in ${second}`,
      send: (): HeaderLines => [carry(first, randomUUID()), carry(second, 'rubbish')],
      ends: '401 malformed',
    },
    {
      name: `in ${first}, ${second} twice`,
      send: (): HeaderLines => [carry(first, randomUUID()), carry(second, token()), carry(second, token())],
      ends: '401 duplicate_token',
    },
  ]),
  {
    name: 'in three headers before a token',
    send: () => [...ORDER.slice(0, 3).map((name) => carry(name, randomUUID())), carry('Authorization', token())],
    ends: '200',
  },
]);

describeCases('the scheme of Authorization', {}, [
  ...['Bearer', 'bearer', 'BEARER', 'bEaReR'].map((scheme) => ({
    name: scheme,
    send: (): HeaderLines => [['Authorization', `${scheme} ${token()}`]],
    ends: '200',
  })),
  { name: 'several blanks after the scheme', send: () => [['Authorization', `Bearer   ${token()}`]], ends: '200' },
  ...['Basic', 'Digest', 'Token', 'BearerX', 'JWT', 'xBearer'].map((scheme) => ({
    name: `${scheme} counts as absent`,
    send: (): HeaderLines => [['Authorization', `${scheme} ${token()}`]],
    ends: '401 no_token',
  })),
  { name: 'no scheme', send: () => [['Authorization', token()]], ends: '401 no_token' },
  { name: 'Bearer and nothing else', send: () => [['Authorization', 'Bearer']], ends: '401 no_token' },
  { name: 'Bearer and blanks', send: () => [['Authorization', 'Bearer    ']], ends: '401 no_token' },
  {
    name: 'Bearer with two words',
    send: () => [['Authorization', `Bearer ${token()} ${token()}`]],
    ends: '401 malformed',
  },
  {
    name: 'Bearer twice in one value',
    send: () => [['Authorization', `Bearer Bearer ${token()}`]],
    ends: '401 malformed',
  },
  {
    name: 'Basic beside a token elsewhere',
    send: () => [
      ['Authorization', 'Basic YTpi'],
      ['X-Auth-Token', token()],
    ],
    ends: '200',
  },
  { name: 'a scheme in X-Auth-Token is part of the token', send: () => `Bearer ${token()}`, ends: '401 malformed' },
]);

describeCases('the option headers', { headers: ['Scaleway-Auth-Token', 'AUTHORIZATION'] }, [
  { name: 'its header', send: () => [['scaleway-auth-token', token()]], ends: '200' },
  {
    name: 'Authorization named in another letter case',
    send: () => [['Authorization', `Bearer ${token()}`]],
    ends: '200',
  },
  { name: 'Authorization needs its scheme', send: () => [['Authorization', token()]], ends: '401 no_token' },
  {
    name: 'its order',
    send: () => [
      ['Authorization', `Bearer ${token()}`],
      ['Scaleway-Auth-Token', 'rubbish'],
    ],
    ends: '401 malformed',
  },
  { name: 'a default that it leaves out', send: () => token(), ends: '401 no_token' },
  {
    name: 'its header twice',
    send: () => [
      ['Scaleway-Auth-Token', token()],
      ['scaleway-auth-token', token()],
    ],
    ends: '401 duplicate_token',
  },
]);

describeCases('the length of a token', {}, [
  { name: '8,192 characters are read', send: () => 'a'.repeat(8192), ends: '401 malformed' },
  { name: '8,193 are not', send: () => 'a'.repeat(8193), ends: '401 too_long' },
  { name: 'blanks around do not count', send: () => `${' '.repeat(500)}${'a'.repeat(8192)}`, ends: '401 malformed' },
  {
    name: 'the scheme does not count',
    send: () => [['Authorization', `Bearer ${'a'.repeat(8192)}`]],
    ends: '401 malformed',
  },
  { name: 'a genuine token that is too long', send: () => token({ padding: 'a'.repeat(6000) }), ends: '401 too_long' },
  { name: 'a genuine token that is just long', send: () => token({ padding: 'a'.repeat(4000) }), ends: '200' },
]);

describeCases('the option maxTokenLength', { maxTokenLength: 100 }, [
  { name: '100 characters are read', send: () => 'a'.repeat(100), ends: '401 malformed' },
  { name: '101 are not', send: () => 'a'.repeat(101), ends: '401 too_long' },
  { name: 'a token', send: () => token(), ends: '401 too_long' },
]);

describe.each(platforms)('elsewhere in the request, on %s', (platform) => {
  let probe: Probe;
  beforeAll(async () => {
    probe = await startProbe(platform);
  });
  afterAll(() => probe.close());

  it.each(['X-Auth-Token', 'token', 'access_token', 'auth_token'])('the query member %s is no token', async (name) => {
    const answer = await get(`${probe.url}/guarded?${name}=${token()}`);
    expect([answer.status, probe.causes.at(-1)]).toEqual([401, 'no_token']);
  });
  it.each(['X-Auth-Token', 'Authorization', 'token'])('the cookie %s is no token', async (name) => {
    expect(await probe.ask([['Cookie', `${name}=${token()}`]])).toBe('401 no_token');
  });
  it.each(['Proxy-Authorization', 'Scaleway-Auth-Token', 'X-Access-Token'])(
    'the header %s is no token',
    async (name) => {
      expect(await probe.ask([[name, `Bearer ${token()}`]])).toBe('401 no_token');
    },
  );
});
