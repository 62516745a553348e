import fc from 'fast-check';
import { DenyList } from '../../lib/revocation/deny-list.js';
import { LogReader } from '../../lib/revocation/log-reader.js';
import { decodeRecord, newUid, type RevokeRecord, type UndoRecord } from '../../lib/revocation/log-record.js';
import { inTime, sleep, useFakeTime } from './fake-time.js';
import { SharedMemoryLog } from './shared-memory-log.js';

useFakeTime();

class Reader {
  readonly list = new DenyList();
  readonly warnings: string[] = [];
  private readonly reader: LogReader;
  /** What this reader was told or has read, kept by the plainest rule. */
  readonly known = new Set<RevokeRecord | UndoRecord>();

  constructor(readonly log: SharedMemoryLog) {
    this.reader = new LogReader(log, this.list, (message) => void this.warnings.push(message));
  }

  /** As of when the list is complete. */
  poll = async () => {
    const { readAt, isComplete } = await this.reader.read();
    await this.reader.upkeep();
    return isComplete ? readAt : undefined;
  };
  ids = () => [...this.list.all()].map(({ id }) => id).toSorted();

  async revoke(id: string, until?: number): Promise<RevokeRecord> {
    const record = { uid: newUid(), id, ...(until !== undefined && { until }) };
    await this.reader.append([record]);
    return record;
  }

  async undo(id: string): Promise<UndoRecord[]> {
    const records = this.list.undoing(id);
    await this.reader.append(records);
    return records;
  }

  async pollUntilSettled(): Promise<void> {
    while ((await this.poll()) === undefined) await sleep(50);
  }
}

const recordsOf = (log: SharedMemoryLog) =>
  log.entries.flatMap(({ text }): (RevokeRecord | UndoRecord)[] => {
    const record = decodeRecord(text);
    return record !== undefined && ('uid' in record || 'undoes' in record) ? [record] : [];
  });

async function settledReaders(log: SharedMemoryLog, count: number): Promise<Reader[]> {
  const readers = Array.from({ length: count }, () => new Reader(log));
  await Promise.all(readers.map((reader) => reader.pollUntilSettled()));
  return readers;
}

describe('readers of one log', () => {
  it('come to the same list after any history: losses, restores, restarts, revocations and undos', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('revoke' as const), by: fc.nat(2), id: fc.constantFrom('jti:a', 'jti:b', 'jti:c') }),
      fc.record({ do: fc.constant('undo' as const), by: fc.nat(2), id: fc.constantFrom('jti:a', 'jti:b', 'jti:c') }),
      fc.record({ do: fc.constant('poll' as const), by: fc.nat(2) }),
      fc.record({ do: fc.constant('lose' as const), kept: fc.nat(6) }),
      fc.record({ do: fc.constant('remove' as const), from: fc.nat(6), count: fc.nat(3) }),
      fc.record({ do: fc.constant('replace' as const), by: fc.nat(2) }),
      fc.record({ do: fc.constant('garbage' as const), text: fc.string() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 3 }), async (steps, pageSize) => {
        const log = new SharedMemoryLog(pageSize);
        const readers = [new Reader(log), new Reader(log), new Reader(log)];
        // The model: who knows which records, by union alone.
        const poll = async (reader: Reader) => {
          await reader.poll();
          for (const record of recordsOf(log)) reader.known.add(record);
        };
        for (const each of steps) {
          if (each.do === 'poll') await poll(readers[each.by]!);
          else if (each.do === 'lose') log.restartWith(Math.min(each.kept, log.entries.length));
          else if (each.do === 'remove') log.remove(each.from, each.count);
          else if (each.do === 'garbage') await log.append([each.text]);
          else if (each.do === 'replace') readers[each.by] = new Reader(log);
          else if (each.do === 'revoke') readers[each.by]!.known.add(await readers[each.by]!.revoke(each.id));
          else for (const record of await readers[each.by]!.undo(each.id)) readers[each.by]!.known.add(record);
        }
        const all = [...readers.flatMap((reader) => [...reader.known]), ...recordsOf(log)];
        const undone = new Set(all.flatMap((record) => ('undoes' in record ? record.undoes : [])));
        const standing = all.flatMap((record) => ('uid' in record && !undone.has(record.uid) ? record.id : []));
        const expected = [...new Set(standing)].toSorted();

        for (let round = 0; round < 3; round++) for (const reader of readers) await reader.poll();
        const newcomer = new Reader(log);
        await newcomer.poll();
        for (const reader of [...readers, newcomer]) expect(reader.ids()).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  }, 120_000);

  it('put a lost log back once, not each of them, however many notice at once', async () => {
    const log = new SharedMemoryLog();
    const [first, ...others] = (await settledReaders(log, 12)) as [Reader, ...Reader[]];
    for (let i = 0; i < 3000; i++) await first.revoke(`jti:${i}`);
    await Promise.all(others.map((reader) => reader.poll()));
    // What is known to one alone is put back as well.
    const own = await Promise.all(others.map((reader, i) => reader.revoke(`jti:own${i}`)));
    log.restartWith(0);
    log.appended = 0;
    log.delayMs = 1;
    for (let round = 0; round < 40; round++) {
      await inTime(Promise.all([first, ...others].map((reader) => reader.poll())));
      await sleep(20);
    }
    const distinct = new Set(recordsOf(log).map((record) => JSON.stringify(record)));
    expect(distinct.size).toBe(3000 + own.length);
    // Turns asked for and ended come on top, and an own entry now and then twice.
    expect(log.appended).toBeLessThan(3000 + 20 * own.length);
    for (const reader of [first, ...others]) expect(reader.ids().length).toBe(3000 + own.length);
  }, 60_000);

  it('take the turn of one that has gone in the middle of putting back', async () => {
    const log = new SharedMemoryLog();
    const [one, two] = (await settledReaders(log, 2)) as [Reader, Reader];
    const revoked = await one.revoke('jti:a');
    await two.poll();
    log.restartWith(0);
    await log.append(['{"restoring":"gone"}']);
    await two.poll();
    expect(recordsOf(log)).toEqual([]);
    // Others append all the time; that is not putting back.
    for (let i = 0; i < 22; i++) {
      await log.append([JSON.stringify({ uid: newUid(), id: 'jti:new' })]);
      await two.poll();
      await sleep(100);
    }
    expect(recordsOf(log)).toContainEqual({ uid: revoked.uid, id: 'jti:a' });
    await two.pollUntilSettled();
  });

  it('put back what was acknowledged and then lost before anybody read it', async () => {
    const log = new SharedMemoryLog();
    const [one, two] = (await settledReaders(log, 2)) as [Reader, Reader];
    await one.revoke('jti:read');
    await Promise.all([one.poll(), two.poll()]);
    const kept = log.entries.length;
    await one.revoke('jti:lost');
    log.restartWith(kept);
    // The entry at the cursor is still there, so nothing tells that the end is missing.
    await one.poll();
    await two.poll();
    expect(two.ids()).toEqual(['jti:lost', 'jti:read']);
  });

  it('do not let a lagging reader bring back what was undone', async () => {
    const log = new SharedMemoryLog();
    const [one, lagging] = (await settledReaders(log, 2)) as [Reader, Reader];
    await one.revoke('jti:a');
    await lagging.poll();
    await one.undo('jti:a');
    log.restartWith(0);
    for (const reader of [lagging, one, lagging, one]) await reader.poll();
    expect([one.ids(), lagging.ids()]).toEqual([[], []]);
  });

  it('do not let a restored undo take off what was revoked again', async () => {
    const log = new SharedMemoryLog();
    const [one, two] = (await settledReaders(log, 2)) as [Reader, Reader];
    await one.revoke('jti:a');
    await two.poll();
    await two.undo('jti:a');
    const snapshot = log.entries.length;
    await one.poll();
    await one.revoke('jti:a');
    log.restartWith(snapshot);
    for (const reader of [two, one, two, one]) await reader.poll();
    expect([one.ids(), two.ids()]).toEqual([['jti:a'], ['jti:a']]);
  });
});

describe('a reader that has just started', () => {
  it('is complete at once where the log is whole, and waits where it is new', async () => {
    const log = new SharedMemoryLog();
    const first = new Reader(log);
    const began = performance.now();
    expect(await first.poll()).toBeUndefined();
    await first.pollUntilSettled();
    expect(performance.now() - began).toBeGreaterThan(3900);
    while (!log.entries.some(({ text }) => text.includes('whole'))) {
      await first.poll();
      await sleep(50);
    }
    expect(await new Reader(log).poll()).toBeDefined();
  });

  it('waits while others put a lost log back, even into a restored one that was whole once', async () => {
    const log = new SharedMemoryLog();
    const [old] = (await settledReaders(log, 1)) as [Reader];
    await log.append([`{"whole":"${log.life}"}`]);
    const snapshot = log.entries.length;
    await old.revoke('jti:a');
    log.restartWith(snapshot);
    const late = new Reader(log);
    expect(await late.poll()).toBeUndefined();
    await old.poll();
    await late.pollUntilSettled();
    expect(late.ids()).toEqual(['jti:a']);
  });
});

/** A log far away, of which others have read everything, that loses all of it. */
async function farAwayLog(entries: number) {
  const log = new SharedMemoryLog();
  const [one] = (await settledReaders(log, 1)) as [Reader];
  await log.append(Array.from({ length: entries }, (_, i) => JSON.stringify({ uid: `uid${i}`, id: `jti:${i}` })));
  await one.poll();
  log.delayMs = 200;
  log.restartWith(0);
  const stop = new AbortController();
  // As the replica does.
  const polling = (async () => {
    while (!stop.signal.aborted) {
      const began = performance.now();
      await one.poll();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 150 - (performance.now() - began))));
    }
  })();
  return { log, one, end: () => (stop.abort(), inTime(polling)) };
}

describe('while 60,000 entries are put back over 200 milliseconds', () => {
  it('the replica that does it sees new revocations within a second', async () => {
    const { log, one, end } = await farAwayLog(60_000);
    await sleep(3000);
    const seenAfter: number[] = [];
    for (let i = 0; i < 5; i++) {
      log.entries.push({ id: newUid(), text: JSON.stringify({ uid: newUid(), id: `jti:new${i}` }) });
      const began = performance.now();
      while (!one.list.get(`jti:new${i}`)) await sleep(10);
      seenAfter.push(performance.now() - began);
      await sleep(300);
    }
    expect(log.entries.length).toBeLessThan(60_000);
    expect(Math.max(...seenAfter)).toBeLessThan(1000);
    await end();
  }, 60_000);

  it('a replica that starts trusts the list when it is whole again, not before', async () => {
    const { log, end } = await farAwayLog(60_000);
    await sleep(3000);
    const late = new Reader(log);
    const began = performance.now();
    await inTime(
      (async () => {
        while ((await late.poll()) === undefined) await new Promise((resolve) => setTimeout(resolve, 150));
      })(),
    );
    expect(performance.now() - began).toBeGreaterThan(15_000);
    expect(late.ids().length).toBe(60_000);
    await end();
  }, 60_000);
});

describe('a reader that hears that something is put back', () => {
  it('does not trust a list that was whole before, or is called so by somebody who does not know', async () => {
    const log = new SharedMemoryLog();
    await log.append([`{"whole":"${log.life}"}`]);
    expect(await new Reader(log).poll()).toBeDefined();
    await log.append(['{"restoring":"other"}', `{"whole":"${log.life}"}`]);
    const late = new Reader(log);
    expect(await late.poll()).toBeUndefined();
    await log.append(['{"restored":"other"}']);
    const began = performance.now();
    await late.pollUntilSettled();
    expect(performance.now() - began).toBeGreaterThan(3900);
  });

  it('waits longer when that is never finished, and says so, so that nobody has to wait after it', async () => {
    const log = new SharedMemoryLog();
    await log.append(['{"restoring":"gone"}']);
    const began = performance.now();
    const reader = new Reader(log);
    await reader.pollUntilSettled();
    expect(performance.now() - began).toBeGreaterThan(9900);
    for (let i = 0; i < 70; i++) {
      await sleep(50);
      await reader.poll();
    }
    expect(await new Reader(log).poll()).toBeDefined();
  });
});

describe('a reader', () => {
  it('puts back what was removed from the middle of the log', async () => {
    const log = new SharedMemoryLog();
    const [reader] = (await settledReaders(log, 1)) as [Reader];
    for (const id of ['jti:a', 'jti:b', 'jti:c']) await reader.revoke(id);
    await reader.poll();
    log.remove(log.entries.length - 2, 1);
    for (let i = 0; i < 3; i++) await reader.poll();
    expect(recordsOf(log).map(({ id }) => id)).toEqual(['jti:a', 'jti:c', 'jti:b']);
  });

  it('appends what it revokes once, when that has ended long ago', async () => {
    const log = new SharedMemoryLog();
    const [reader] = (await settledReaders(log, 1)) as [Reader];
    for (let i = 0; i < 100; i++) {
      await sleep(50);
      await reader.poll();
    }
    log.appended = 0;
    await reader.revoke('jti:a', Date.now() - 48 * 3_600_000);
    for (let i = 0; i < 10; i++) await reader.poll();
    expect(log.appended).toBe(1);
  });

  it('knows that it is current while others never stop appending', async () => {
    const log = new SharedMemoryLog();
    const [reader] = (await settledReaders(log, 1)) as [Reader];
    log.delayMs = 5;
    const append = log.read.bind(log);
    log.read = async (after) => {
      const page = await append(after);
      log.entries.push({ id: newUid(), text: JSON.stringify({ uid: newUid(), id: 'jti:a' }) });
      return page;
    };
    expect(await inTime(reader.poll())).toBeDefined();
  });

  it('skips what it cannot read, and says so once', async () => {
    const log = new SharedMemoryLog();
    const [reader] = (await settledReaders(log, 1)) as [Reader];
    for (const text of ['', 'nonsense', '{"kind":"of a later version"}', 'x'.repeat(1_000_000)])
      await log.append([text]);
    await reader.revoke('jti:a');
    await reader.poll();
    expect(reader.ids()).toEqual(['jti:a']);
    expect(reader.warnings.length).toBe(1);
  });

  it('reads the log again when its clock was hours ahead, and had dropped what has not ended', async () => {
    const log = new SharedMemoryLog();
    const reader = new Reader(log);
    const realNow = Date.now;
    await log.append([JSON.stringify({ uid: 'one', id: 'jti:a', until: realNow() + 3_600_000 })]);
    try {
      Date.now = () => realNow() + 48 * 3_600_000;
      await reader.poll();
      expect(reader.ids()).toEqual([]);
    } finally {
      Date.now = realNow;
    }
    await reader.poll();
    expect(reader.ids()).toEqual(['jti:a']);
  });

  it('does not bring back what ended long ago and still stands in the log', async () => {
    const log = new SharedMemoryLog();
    for (let i = 0; i < 1000; i++) await log.append([JSON.stringify({ uid: `uid${i}`, id: `jti:${i}`, until: 1 })]);
    const reader = new Reader(log);
    await reader.poll();
    expect(reader.list.isEmpty).toBe(true);
  });
});
