import { connect } from 'node:net';
import { platforms } from '../support/app.js';
import { foreignKey, token } from '../support/issuer.js';
import { type Case, describeCases, type HeaderLines, type Probe, startProbe } from '../support/probe.js';

// Node joins a repeated X-Auth-Token with a comma, and drops every Authorization but the first.
const each: [string, string][] = [
  ['X-Auth-Token', ''],
  ['SCW-Functions-Token', ''],
  ['SCW_FUNCTIONS_TOKEN', ''],
  ['Authorization', 'Bearer '],
];

describeCases(
  'a header sent twice',
  {},
  each.flatMap(([name, scheme]): Case[] => {
    const twice = (first: string, second: string, otherName = name): HeaderLines => [
      [name, first === '' ? '' : scheme + first],
      [otherName, second === '' ? '' : scheme + second],
    ];
    return [
      {
        name: `${name}, identical copies`,
        send: () => {
          const same = token();
          return twice(same, same);
        },
        ends: '401 duplicate_token',
      },
      { name: `${name}, two tokens`, send: () => twice(token(), token()), ends: '401 duplicate_token' },
      {
        name: `${name}, a token, then a forged one`,
        send: () => twice(token(), token({}, foreignKey)),
        ends: '401 duplicate_token',
      },
      { name: `${name}, rubbish, then a token`, send: () => twice('rubbish', token()), ends: '401 duplicate_token' },
      { name: `${name}, a blank one, then a token`, send: () => twice('', token()), ends: '401 duplicate_token' },
      { name: `${name}, a token, then a blank one`, send: () => twice(token(), ''), ends: '401 duplicate_token' },
      {
        name: `${name}, in different letter case`,
        send: () => twice(token(), token(), name.toLowerCase()),
        ends: '401 duplicate_token',
      },
      {
        name: `${name}, apart from each other`,
        send: () => [...twice(token(), '').slice(0, 1), ['Accept', '*/*'], [name.toUpperCase(), scheme + token()]],
        ends: '401 duplicate_token',
      },
      {
        name: `${name}, three times`,
        send: () => [...twice(token(), token()), [name, scheme + token()]],
        ends: '401 duplicate_token',
      },
      { name: `${name}, blank both times`, send: () => twice('', ''), ends: '401 no_token' },
      {
        name: `${name}, joined by a proxy`,
        send: () => [[name, `${scheme}${token()}, ${scheme}${token()}`]],
        ends: '401 malformed',
      },
    ];
  }),
);

describeCases('Authorization sent twice', {}, [
  {
    name: 'Basic, then Bearer',
    send: () => [
      ['Authorization', 'Basic YTpi'],
      ['Authorization', `Bearer ${token()}`],
    ],
    ends: '401 duplicate_token',
  },
  {
    name: 'Bearer, then Basic',
    send: () => [
      ['Authorization', `Bearer ${token()}`],
      ['Authorization', 'Basic YTpi'],
    ],
    ends: '401 duplicate_token',
  },
  {
    name: 'Basic both times',
    send: () => [
      ['Authorization', 'Basic YTpi'],
      ['Authorization', 'Basic YTpi'],
    ],
    ends: '401 no_token',
  },
]);

describeCases('a header that does not decide, sent twice', {}, [
  {
    name: 'after the one that does',
    send: () => [
      ['X-Auth-Token', token()],
      ['Authorization', `Bearer ${token()}`],
      ['Authorization', `Bearer ${token()}`],
    ],
    ends: '200',
  },
  {
    name: 'one that carries no token',
    send: () => [
      ['X-Other', 'a'],
      ['X-Other', 'b'],
      ['X-Auth-Token', token()],
    ],
    ends: '200',
  },
  {
    name: 'blank both times, before the one that does',
    send: () => [
      ['X-Auth-Token', ''],
      ['X-Auth-Token', ' '],
      ['Authorization', `Bearer ${token()}`],
    ],
    ends: '200',
  },
]);

describe.each(platforms)('a token in a trailer, on %s', (platform) => {
  let probe: Probe;
  beforeAll(async () => {
    probe = await startProbe(platform);
  });
  afterAll(() => probe.close());

  it('is no token', async () => {
    const { hostname, port } = new URL(probe.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `GET /guarded HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n` +
            `Content-Type: text/plain\r\nTrailer: X-Auth-Token\r\n\r\n1\r\na\r\n0\r\nX-Auth-Token: ${token()}\r\n\r\n`,
        ),
      );
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(probe.causes.at(-1)).toBe('no_token');
  });
});
