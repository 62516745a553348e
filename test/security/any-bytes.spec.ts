import fc from 'fast-check';
import { exchange, platforms } from '../support/app.js';
import { token as genuineToken } from '../support/issuer.js';
import { ownSecrets, type Probe, startProbe } from '../support/probe.js';
import { ended, newVerifier, present } from './verifier.js';

/* Whatever bytes an accepted header holds: an answer at once, 401 or 403, or 400 or 431 of Node, that tells nothing. */

const NAMES = ['X-Auth-Token', 'SCW-Functions-Token', 'SCW_FUNCTIONS_TOKEN', 'Authorization'];

const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array).toString('latin1'));
const base64urls = fc.oneof(
  bytes(300).map((text) => Buffer.from(text, 'latin1').toString('base64url')),
  fc.json({ maxDepth: 5 }).map((text) => Buffer.from(text).toString('base64url')),
  fc.constant(Buffer.from('{"alg":"RS256","typ":"JWT"}').toString('base64url')),
);
/** Bytes, and what gets further than bytes do: three parts, with a scheme, with something of a genuine token. */
const values = fc.oneof(
  bytes(600),
  fc.string({ maxLength: 600 }),
  fc.tuple(base64urls, base64urls, base64urls).map((parts) => parts.join('.')),
  fc
    .tuple(fc.constantFrom('Bearer ', 'bearer\t', 'Basic ', 'Bearer'), base64urls, bytes(50))
    .map((all) => all.join('')),
  fc.tuple(fc.constantFrom('a', '.', ' ', '=', 'A.', '"'), fc.nat(20_000)).map(([text, times]) => text.repeat(times)),
);

/** No answer may take longer, on a machine that does something else too; nearly all take less than a millisecond. */
const SLOW_MS = 250;

const BODY_LENGTHS: Record<string, number> = {
  401: '{"message":"Unauthorized","statusCode":401}'.length,
  403: '{"message":"Forbidden","statusCode":403}'.length,
};

describe.each(platforms)('over HTTP, on %s', (platform) => {
  let probe: Probe;
  beforeAll(async () => {
    probe = await startProbe(platform);
  });
  afterAll(() => probe.close());

  it('every answer is a refusal, at once, and tells nothing', async () => {
    const statuses = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...NAMES), values, async (name, value) => {
        probe.causes.length = 0;
        const raw = `GET /guarded HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${name}: ${value}\r\n\r\n`;
        let least = Infinity;
        let answer = '';
        // A pause of the whole process is no slowness of ours: what is slow is slow three times.
        for (let i = 0; i < 3 && least > SLOW_MS; i++) {
          const began = performance.now();
          answer = await exchange(probe.url, raw);
          least = Math.min(least, performance.now() - began);
        }
        const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
        statuses.add(String(status));
        const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
        expect({
          refused: ['400', '401', '403', '431'].includes(String(status)),
          unexpected: probe.causes.includes('unexpected'),
          slow: least >= SLOW_MS,
          tells: ownSecrets.filter((secret) => answer.includes(secret)),
          // Whatever was sent: the answer has no room for it.
          body: status === '401' || status === '403' ? body.length : undefined,
        }).toEqual({
          refused: true,
          unexpected: false,
          slow: false,
          tells: [],
          body: BODY_LENGTHS[String(status)],
        });
      }),
      { numRuns: 400 },
    );
    expect([...statuses].toSorted()).toEqual(expect.arrayContaining(['400', '401', '431']));
  });

  it('and the genuine token is let in afterwards', async () => {
    expect(await probe.ask(genuineToken())).toBe('200');
  });
});

it('the strategy never throws, and never calls anything unexpected', () => {
  const verifier = newVerifier();
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), values, (name, value) =>
      /^40[13] (?!unexpected)/.test(ended(verifier.verifySync(present(value, name.toLowerCase())))),
    ),
    { numRuns: 5000 },
  );
});

it('nor with headers of any shape that a transport may hand over', () => {
  const verifier = newVerifier();
  const header = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 }), fc.anything());
  const headers = fc.dictionary(fc.constantFrom(...NAMES.map((name) => name.toLowerCase()), '__proto__'), header);
  const raw = fc.oneof(
    fc.constant(undefined),
    fc.array(fc.oneof(fc.constantFrom(...NAMES), fc.string()), { maxLength: 7 }),
  );
  fc.assert(
    fc.property(headers, raw, (given, rawHeaders) => {
      const verdict = verifier.verifySync({ headers: given, rawHeaders } as never);
      return !verdict.accepted && ended(verdict).startsWith('401 ');
    }),
    { numRuns: 3000 },
  );
});
