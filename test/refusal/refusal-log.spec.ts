import { jest } from '@jest/globals';
import { inspect } from 'node:util';
import { RefusalLog } from '../../lib/refusal/refusal-log.js';

interface Line {
  readonly message: string;
  readonly reason: string;
  readonly omitted?: number;
}

describe('RefusalLog', () => {
  let lines: Line[];
  let log: RefusalLog;
  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    log = new RefusalLog({ warn: (line: Line) => void lines.push(line), error: () => {} });
  });
  afterEach(() => void jest.useRealTimers());

  const report = (times: number, reason: 'expired' | 'no_token' = 'expired'): void => {
    for (let i = 0; i < times; i++) log.report({ reason });
  };
  const of = (reason: string) => lines.filter((line) => line.reason === reason);

  it('writes a line for each of a few refusals', () => {
    report(3);
    jest.advanceTimersByTime(5000);
    expect(lines).toHaveLength(3);
    expect(lines.every(({ omitted }) => omitted === undefined)).toBe(true);
  });
  it('writes no more than so many a second, and then how many it left out', () => {
    report(10_000);
    const written = lines.length;
    expect(written).toBeLessThanOrEqual(20);
    jest.advanceTimersByTime(1000);
    expect(lines).toHaveLength(written + 1);
    expect(lines.at(-1)).toMatchObject({ reason: 'expired', omitted: 10_000 - written });
  });
  it('writes again in the next second', () => {
    report(100);
    jest.advanceTimersByTime(1000);
    const before = lines.length;
    report(1);
    expect(lines).toHaveLength(before + 1);
    jest.advanceTimersByTime(1000);
    expect(lines).toHaveLength(before + 1);
  });
  it('stays bounded over many seconds, and loses no refusal', () => {
    for (let second = 0; second < 20; second++) {
      report(500);
      jest.advanceTimersByTime(1000);
    }
    const omitted = lines.reduce((sum, line) => sum + (line.omitted ?? 0), 0);
    const own = lines.filter((line) => line.omitted === undefined).length;
    expect(own + omitted).toBe(10_000);
    expect(lines.length).toBeLessThanOrEqual(20 * 21);
  });
  it('bounds each reason for itself: a flood of one hides no other', () => {
    report(1000, 'no_token');
    report(2, 'expired');
    expect(of('expired')).toHaveLength(2);
  });
  it('writes what it left out when it ends, once, and nothing later', () => {
    report(100);
    log.end();
    log.end();
    const written = lines.length;
    report(1, 'no_token');
    expect(lines).toHaveLength(written);
    const counts = lines.filter(({ omitted }) => omitted !== undefined);
    expect(counts).toHaveLength(1);
    jest.advanceTimersByTime(5000);
    expect(lines.filter(({ omitted }) => omitted !== undefined)).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });
  it('tells of an error that nobody foresaw its name and place, and nothing of its message', () => {
    const errors: string[] = [];
    log = new RefusalLog({ warn: () => {}, error: (text: string) => void errors.push(text) });
    const withoutStack = Object.assign(new RangeError('eyJ.secret'), { stack: undefined });
    for (const error of [new TypeError('eyJ.secret'), withoutStack, 'eyJ.secret'])
      log.report({ reason: 'unexpected', error });
    const [first, ...others] = errors.map((text) => text.split('\n'));
    expect(first).toEqual(
      expect.arrayContaining(['TypeError while checking a token:', expect.stringContaining('at ')]),
    );
    expect(others.map(([line]) => line)).toEqual([
      'RangeError while checking a token:',
      'Error while checking a token:',
    ]);
    expect(errors.join()).not.toContain('secret');
  });
  it('has fields for JSON and one line for text', () => {
    log.report({ reason: 'wrong_issuer', header: 'x-auth-token', handler: 'A.b', tokenId: 'j' });
    const text = 'Request refused: reason=wrong_issuer status=401 header=x-auth-token handler=A.b jti=j';
    // oxlint-disable-next-line typescript/no-base-to-string -- they have a toString() of their own
    expect([String(lines[0]), inspect(lines[0]), JSON.stringify(lines[0])]).toEqual([
      text,
      text,
      '{"message":"Request refused","reason":"wrong_issuer","status":401,"header":"x-auth-token","handler":"A.b","jti":"j"}',
    ]);
  });
});

it('does not keep a process alive', () => {
  const spy = jest.spyOn(globalThis, 'setTimeout');
  new RefusalLog({ warn: () => {}, error: () => {} }).report({ reason: 'expired' });
  const timer = spy.mock.results[0]!.value as NodeJS.Timeout;
  spy.mockRestore();
  expect(timer.hasRef()).toBe(false);
});
