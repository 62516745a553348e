import fc from 'fast-check';
import { DenyList } from '../../lib/revocation/deny-list.js';
import type { RevokeRecord, UndoRecord } from '../../lib/revocation/log-record.js';

type ListRecord = RevokeRecord | UndoRecord;

const DAY_MS = 24 * 3_600_000;
const T0 = Date.UTC(2030, 0, 1);

function listOf(records: readonly ListRecord[]): DenyList {
  const list = new DenyList();
  for (const record of records) list.apply(record);
  return list;
}

const shown = (list: DenyList) => [...list.all()].toSorted((one, other) => one.id.localeCompare(other.id));

const ids = ['jti:a', 'jti:b', 'before:container', 'before:namespace'];
const time = fc.integer({ min: 0, max: 5 }).map((day) => T0 + day * DAY_MS);

/** Records of a few ids, of which each uid has one meaning, as writers make them. */
const history = fc
  .array(fc.record({ id: fc.constantFrom(...ids), until: fc.option(time, { nil: undefined }), before: time }), {
    maxLength: 8,
  })
  .map((revocations) =>
    revocations.map(({ id, until, before }, i): RevokeRecord => ({
      uid: `uid${i}`,
      id,
      ...(until !== undefined && { until }),
      ...(id.startsWith('before:') && { before }),
    })),
  )
  .chain((revokes) => {
    const undo = fc
      .subarray(revokes)
      .map((some): UndoRecord[] =>
        some.map(({ uid, id, until }) => ({ undoes: [uid], id, ...(until !== undefined && { until }) })),
      );
    return fc.record({
      revokes: fc.constant(revokes),
      undoes: fc.array(undo, { maxLength: 2 }).map((sets) => sets.flat()),
    });
  });

/** The rule in its shortest form: what was revoked and not undone, and of that the latest times. */
function expected(revokes: readonly RevokeRecord[], undoes: readonly UndoRecord[]) {
  const undone = new Set(undoes.flatMap((record) => record.undoes));
  const standing = revokes.filter(({ uid }) => !undone.has(uid));
  return [...new Set(standing.map(({ id }) => id))].toSorted().map((id) => {
    const of = standing.filter((record) => record.id === id);
    const until = of.some((record) => record.until === undefined) ? undefined : Math.max(...of.map((r) => r.until!));
    return {
      id,
      ...(id.startsWith('before:') && { before: Math.max(...of.map((record) => record.before!)) }),
      ...(until !== undefined && { until }),
    };
  });
}

describe('the deny list is the merge of all records', () => {
  it('in whatever order they come, and however often', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), ({ revokes, undoes }, numbers) => {
        const records = [...revokes, ...undoes, ...revokes, ...undoes];
        const shuffled = records
          .map((record) => ({ record, at: numbers.next().value as number }))
          .toSorted((one, other) => one.at - other.at)
          .map(({ record }) => record);
        expect(shown(listOf(shuffled))).toEqual(expected(revokes, undoes));
      }),
      { numRuns: 2000 },
    );
  });

  it('and what a log lacks is exactly what makes it say the same', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.boolean()), ({ revokes, undoes }, kept) => {
        const full = listOf([...revokes, ...undoes]);
        const log = [...revokes, ...undoes].filter(() => kept.next().value as boolean);
        const revoked = new Set(log.flatMap((record) => ('undoes' in record ? [] : record.uid)));
        const undone = new Set(log.flatMap((record) => ('undoes' in record ? record.undoes : [])));
        const missing = [...full.missing(revoked, undone, T0)];
        expect(shown(listOf([...log, ...missing]))).toEqual(shown(full));
        for (const record of missing) expect(log).not.toContainEqual(record);
      }),
      { numRuns: 2000 },
    );
  });

  it('an undo leaves a revocation that its writer had not seen', () => {
    const [one, other] = ['one', 'other'].map((uid) => ({ uid, id: 'jti:a' })) as [RevokeRecord, RevokeRecord];
    const undo = listOf([one]).undoing('jti:a');
    for (const records of [
      [one, ...undo, other],
      [other, one, ...undo],
      [...undo, other, one],
    ])
      expect(shown(listOf(records))).toEqual([{ id: 'jti:a' }]);
    expect(shown(listOf([one, ...undo]))).toEqual([]);
  });

  it('an undo of another id takes nothing off', () => {
    const revoke = { uid: 'one', id: 'jti:a' };
    const undo = { undoes: ['one'], id: 'jti:b' };
    expect(shown(listOf([revoke, undo]))).toEqual(shown(listOf([undo, revoke])));
    expect(shown(listOf([undo, revoke]))).toEqual([{ id: 'jti:a' }]);
  });

  it('undoes an id that was revoked a thousand times, in records that every reader takes', () => {
    const revokes = Array.from({ length: 1000 }, (_, i) => ({ uid: `uid${i}`, id: 'jti:a' }));
    const undo = listOf(revokes).undoing('jti:a');
    expect(undo.length).toBe(10);
    expect(shown(listOf([...revokes, ...undo]))).toEqual([]);
  });
});

describe('an id that was revoked 100,000 times', () => {
  it.each(['jti:a', 'before:container'])('takes no quadratic time, nor when all that is undone: %s', (id) => {
    const began = performance.now();
    const list = new DenyList();
    for (let i = 0; i < 100_000; i++)
      list.apply({ uid: `uid${i}`, id, ...(id.startsWith('before:') && { before: T0 + i }) });
    expect(shown(list)).toEqual([id === 'jti:a' ? { id } : { id, before: T0 + 99_999 }]);
    for (const undo of list.undoing(id)) list.apply(undo);
    expect(shown(list)).toEqual([]);
    // A tenth of it is enough on a machine that is not busy.
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

describe('an entry leaves the process', () => {
  it('a day after its token has ended, not before, and only then', () => {
    const list = listOf([
      { uid: 'one', id: 'jti:a', until: T0 },
      { uid: 'two', id: 'jti:b', until: T0 + DAY_MS },
      { uid: 'three', id: 'jti:c' },
    ]);
    const pruneAll = (now: number) => {
      for (let i = 0; i < 3; i++) list.prune(now, 2);
    };
    pruneAll(T0 + DAY_MS);
    expect(shown(list).map(({ id }) => id)).toEqual(['jti:a', 'jti:b', 'jti:c']);
    pruneAll(T0 + DAY_MS + 1);
    pruneAll(T0 + DAY_MS + 1);
    expect(shown(list).map(({ id }) => id)).toEqual(['jti:b', 'jti:c']);
  });

  it('also when a million of them come and go, and their tombstones', () => {
    const list = new DenyList();
    for (let i = 0; i < 1_000_000; i++) {
      const record = { uid: `uid${i}`, id: `jti:${i}`, until: T0 + i };
      list.apply(record);
      if (i % 10 === 0) list.apply({ undoes: [record.uid], id: record.id, until: record.until });
      list.prune(T0 + i + DAY_MS, 10);
    }
    list.prune(T0 + 1_000_000 + DAY_MS, 2_000_000);
    list.prune(T0 + 1_000_000 + DAY_MS, 2_000_000);
    expect(list.isEmpty).toBe(true);
  });

  it('is not put back into a log half a day after its token has ended, so that clocks do not quarrel', () => {
    const list = listOf([{ uid: 'one', id: 'jti:a', until: T0 }]);
    const missing = (now: number) => [...list.missing(new Set(), new Set(), now)].length;
    expect([missing(T0), missing(T0 + DAY_MS / 2 - 1), missing(T0 + DAY_MS / 2)]).toEqual([1, 1, 0]);
  });
});
