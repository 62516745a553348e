import { inspect } from 'node:util';
import { jest } from '@jest/globals';
import {
  type RevocationLog,
  RevocationLogError,
  type RevocationOptions,
  ScalewayAuthConfigurationError,
  ScalewayRevocations,
} from 'nestjs-scaleway-auth';
import { revocationRules } from '../../lib/revocation/revocation-options.js';
import { inTime, sleep, useFakeTime } from './fake-time.js';
import { SharedMemoryLog } from './shared-memory-log.js';

useFakeTime();
const CLAIMS = { tokenId: 'good', scope: 'namespace', payload: { iat: 0 } } as const;

const running: ScalewayRevocations[] = [];
function revocationsOn(store: RevocationLog, options: RevocationOptions = {}) {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  const logger = { log: at('log'), warn: at('warn'), error: at('error') };
  const revocations = new ScalewayRevocations({ store, ...options }, logger);
  running.push(revocations);
  return { revocations, lines, answer: (tokenId = 'good') => revocations.check('', { ...CLAIMS, tokenId }) };
}
afterEach(async () => {
  for (const each of running.splice(0)) await inTime(each.stop());
});

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 8000; !condition(); await sleep(10))
    if (Date.now() > end) throw new Error('not within 8 s');
}

describe('applications of one process that share a log', () => {
  afterEach(() => void jest.restoreAllMocks());
  it('close it when the last of them stops, and read it again when one starts later', async () => {
    const log = new SharedMemoryLog();
    const close = jest.spyOn(log, 'close');
    const [first, second] = [revocationsOn(log), revocationsOn(log)];
    await inTime(first.revocations.start());
    await inTime(second.revocations.start());
    await inTime(second.revocations.stop());
    expect(close).not.toHaveBeenCalled();
    await until(() => first.revocations.isCurrent);
    await first.revocations.revoke({ tokenId: 'bad' });
    expect(first.answer('bad')).toBe('revoked');
    await inTime(first.revocations.stop());
    expect(close).toHaveBeenCalledTimes(1);

    const third = revocationsOn(log);
    await inTime(third.revocations.start());
    await until(() => third.revocations.isCurrent);
    expect([third.answer(), third.answer('bad')]).toEqual([undefined, 'revoked']);
    await inTime(third.revocations.stop());
    expect(close).toHaveBeenCalledTimes(2);
  });
  it('ask it nothing after they have stopped', async () => {
    const log = new SharedMemoryLog();
    const { revocations } = revocationsOn(log);
    await inTime(revocations.start());
    await until(() => revocations.isCurrent);
    const read = jest.spyOn(log, 'read');
    await inTime(revocations.stop());
    await expect(revocations.revoke({ tokenId: 'x' })).rejects.toThrow(/Nothing was changed/);
    await inTime(sleep(2000));
    expect([read.mock.calls.length, log.appended]).toEqual([0, log.appended]);
  });
});

describe('while the log cannot be read', () => {
  it.each([
    ['stale', 'revocation_unknown', undefined, undefined],
    ['refuse', 'revocation_unknown', undefined, 'revocation_unknown'],
    ['accept', undefined, undefined, undefined],
  ] as const)('%s decides by the age of the list', async (whenStoreIsAway, unread, current, old) => {
    const log = new SharedMemoryLog();
    log.isAway = true;
    const { revocations, answer, lines } = revocationsOn(log, { whenStoreIsAway, maxListAge: 1 });
    const began = performance.now();
    await inTime(revocations.start());
    // It boots without the store.
    expect(performance.now() - began).toBeLessThan(500);
    expect([answer(), revocations.isCurrent]).toEqual([unread, false]);

    log.isAway = false;
    await until(() => revocations.isCurrent);
    await revocations.revoke({ tokenId: 'bad' });
    expect([answer(), answer('bad')]).toEqual([current, 'revoked']);

    log.isAway = true;
    await until(() => !revocations.isCurrent && lines.length === 3);
    expect([answer(), answer('bad')]).toEqual([old, 'revoked']);
    await expect(revocations.revoke({ tokenId: 'x' })).rejects.toThrow(
      'The list of revocations is not current (connection refused). Nothing was changed',
    );
    await expect(revocations.undo('jti:bad')).rejects.toThrow('not current');

    log.isAway = false;
    await until(() => revocations.isCurrent);
    await until(() => lines.length >= 4);
    expect(lines.map((line) => line.replace(/:.*(: .*)$/, '$1'))).toEqual([
      expect.stringMatching(/^error: (no list was read yet|all tokens are refused|tokens that are not known)/),
      'log: The store of revocations is back',
      expect.stringMatching(
        /^error: (the last list read counts|all tokens are refused once|tokens that are not known)/,
      ),
      'log: The store of revocations is back',
    ]);
    expect(lines[0]).toContain('(connection refused)');
  });

  it('is noticed in the first moment after the process was stopped, by the wall clock too', async () => {
    const { revocations, answer } = revocationsOn(new SharedMemoryLog(), { whenStoreIsAway: 'refuse' });
    await inTime(revocations.start());
    expect(answer()).toBeUndefined();
    // What a suspended machine sees: its monotonic clock stood still.
    const realNow = Date.now;
    Date.now = () => realNow() + 3000;
    expect(answer()).toBe('revocation_unknown');
    Date.now = realNow;
    // What a stopped process sees, before it has read anything.
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 2100);
    expect(answer()).toBe('revocation_unknown');
    await expect(revocations.revoke({ tokenId: 'x' })).rejects.toThrow(
      /is not current \(it was last read 2\.\d seconds ago\)\. Nothing was changed/,
    );
    clock.mockRestore();
    await until(() => answer() === undefined);
  });

  it('is survived when the log never answers', async () => {
    const never = () => new Promise<never>(() => {});
    const { revocations, answer } = revocationsOn({ append: never, read: never, close: never });
    await inTime(revocations.start());
    expect(answer()).toBe('revocation_unknown');
    const began = performance.now();
    await inTime(revocations.stop());
    expect(performance.now() - began).toBeLessThan(1500);
  });
});

it('is accepted while others may still be putting back what the store has lost', async () => {
  const { revocations, answer } = revocationsOn(new SharedMemoryLog());
  const starting = revocations.start();
  await sleep(500);
  expect([revocations.isCurrent, answer()]).toEqual([false, 'revocation_unknown']);
  await revocations.revoke({ tokenId: 'x' });
  expect(answer('x')).toBe('revoked');
  await expect(revocations.undo('jti:y')).rejects.toThrow('replicas may still be putting back what the store has lost');
  await inTime(starting);
  expect([revocations.isCurrent, answer(), answer('x')]).toEqual([true, undefined, 'revoked']);
});

describe('a revocation that the log does not acknowledge', () => {
  it.each([
    [new RevocationLogError('out of memory', { unchanged: true }), '(out of memory). Nothing was changed.'],
    [new RevocationLogError('no answer in time'), '(no answer in time). It may count or not'],
    [Object.assign(new Error('redis://user:s3cret@host'), { code: '53300' }), '(53300). It may count or not'],
    [new Error('redis://user:s3cret@host'), '(Error). It may count or not'],
  ])('rejects, and says what is known: %s', async (failure, message) => {
    const log = new SharedMemoryLog();
    const { revocations, answer } = revocationsOn(log);
    await inTime(revocations.start());
    log.append = () => Promise.reject(failure);
    const error: unknown = await revocations.revoke({ tokenId: 'good' }).catch((thrown: unknown) => thrown);
    expect(inspect(error)).toContain(message);
    expect(inspect(error)).not.toContain('s3cret');
    expect(answer()).toBeUndefined();
  });

  it('rejects after five seconds', async () => {
    const log = new SharedMemoryLog();
    const { revocations } = revocationsOn(log);
    await inTime(revocations.start());
    log.append = () => new Promise(() => {});
    const began = performance.now();
    await expect(inTime(revocations.revoke({ tokenId: 'good' }))).rejects.toThrow('no answer in time');
    expect(performance.now() - began).toBeLessThan(5500);
  });
});

describe('while the store takes no entries back that it has lost', () => {
  it.each([
    ['does not answer', () => new Promise<never>(() => {}), 'no answer in time'],
    ['refuses', () => Promise.reject(new RevocationLogError('out of memory')), 'out of memory'],
  ])('it is read all the same, and not said to be away: %s', async (_name, append, why) => {
    const log = new SharedMemoryLog();
    const { revocations, answer, lines } = revocationsOn(log, { whenStoreIsAway: 'refuse' });
    await inTime(revocations.start());
    await revocations.revoke({ tokenId: 'lost' });
    await sleep(5000);
    log.restartWith(0);
    log.append = append;
    await sleep(20_000);
    log.entries.push({ id: 'new', text: '{"uid":"new","id":"jti:new"}' });
    await until(() => answer('new') === 'revoked');
    expect([answer('lost'), lines.at(-1)]).toEqual(['revoked', expect.stringContaining(`(${why})`)]);
    expect(lines.join()).not.toContain('away');
  });

  it('a list that was just read counts from then on, not from when something was put back', async () => {
    const log = new SharedMemoryLog();
    const { revocations, answer } = revocationsOn(log, { whenStoreIsAway: 'refuse', maxListAge: 1 });
    await inTime(revocations.start());
    await sleep(5000);
    const kept = log.entries.length;
    await revocations.revoke({ tokenId: 'lost' });
    log.entries.splice(kept);
    const append = log.append.bind(log);
    log.append = async (texts) => {
      await new Promise((resolve) => setTimeout(resolve, 800));
      await append(texts);
    };
    const answers = new Set<unknown>();
    for (let i = 0; i < 300; i++) {
      answers.add(answer());
      await sleep(10);
    }
    expect([[...answers], log.entries.length]).toEqual([[undefined], kept + 1]);
  });
});

it('two that revoke at once both count, the later time and no end', async () => {
  const log = new SharedMemoryLog();
  const [one, two] = [revocationsOn(log).revocations, revocationsOn(log).revocations];
  await inTime(Promise.all([one.start(), two.start()]));
  const [early, late] = [new Date('2030-01-01'), new Date('2030-01-02')];
  await Promise.all([
    one.revoke({ issuedBefore: late }),
    one.revoke({ issuedBefore: early }),
    two.revoke({ issuedBefore: early }),
    two.revoke({ tokenId: 'a' }),
    one.revoke({ tokenId: 'a', expiresAt: late }),
  ]);
  const expected = [{ id: 'before:container', before: late.getTime() }, { id: 'jti:a' }];
  await until(() => JSON.stringify([one.list(), two.list()]) === JSON.stringify([expected, expected]));
});

it('gives the entry as it stands, not as it was asked for', async () => {
  const { revocations } = revocationsOn(new SharedMemoryLog());
  await inTime(revocations.start());
  const late = new Date('2030-01-02');
  await revocations.revoke({ issuedBefore: late });
  expect(await revocations.revoke({ issuedBefore: new Date('2030-01-01') })).toEqual({
    id: 'before:container',
    before: late.getTime(),
  });
});

it('starts and stops three hundred times without leaving anything behind', async () => {
  const log = new SharedMemoryLog();
  log.entries.push({ id: 'first', text: `{"whole":"${log.life}"}` });
  for (let i = 0; i < 300; i++) {
    const revocations = new ScalewayRevocations({ store: log }, { log() {}, warn() {}, error() {} });
    await inTime(revocations.start());
    await inTime(revocations.stop());
  }
  expect([jest.getTimerCount(), log.entries.length]).toEqual([0, 1]);
});

describe('the options', () => {
  const store = new SharedMemoryLog();
  it.each([
    [null, 'the option revocation must be an object'],
    [{ storage: store }, 'revocation.storage is not an option'],
    [{ whenStoreIsAway: 'ignore' }, "revocation.whenStoreIsAway must be 'stale', 'refuse' or 'accept'"],
    [{ maxListAge: 0.5 }, 'revocation.maxListAge must be a number of seconds from 1 to 3600'],
    [{ maxListAge: 5000 }, 'revocation.maxListAge must be'],
    [{ maxListAge: '2' }, 'revocation.maxListAge must be'],
    [{ store: {} }, 'revocation.store must be a RevocationLog'],
    [{ store: null }, 'revocation.store must be a RevocationLog'],
  ])('are refused when they are wrong: %j', (options, message) => {
    expect(() => revocationRules(options)).toThrow(ScalewayAuthConfigurationError);
    expect(() => revocationRules(options)).toThrow(message);
  });

  it('have defaults', () => {
    expect(revocationRules()).toEqual({ whenStoreIsAway: 'stale', maxListAge: 2 });
    expect(revocationRules({ store, maxListAge: 1 })).toEqual({ store, whenStoreIsAway: 'stale', maxListAge: 1 });
  });
});
