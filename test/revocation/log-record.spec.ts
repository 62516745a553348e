import fc from 'fast-check';
import { DenyList } from '../../lib/revocation/deny-list.js';
import { decodeRecord, encodeRecord, newUid, type RevokeRecord } from '../../lib/revocation/log-record.js';

const uid = 'aaaaaaaaaaaa';

describe('a record in the log', () => {
  it.each([
    { uid, id: 'jti:a' },
    { uid, id: 'jti:a', until: 5 },
    { uid, id: `sha256:${'0'.repeat(64)}` },
    { uid, id: 'before:container', before: 1 },
    { undoes: [uid], id: 'jti:a', until: 5 },
    { restoring: uid },
    { restored: uid },
    { whole: 'run id' },
    { whole: '' },
  ])('is read as it was written: %j', (record) => {
    expect(decodeRecord(encodeRecord(record as RevokeRecord))).toEqual(record);
  });

  it('can hold any jti', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), (jti) => {
        const record = { uid: newUid(), id: `jti:${jti}` };
        expect(decodeRecord(encodeRecord(record))).toEqual(record);
      }),
    );
  });

  it.each([
    ['', 'null', '7', '"x"', '[]', '{}', '{', '{"uid":7,"id":"jti:a"}', '{"uid":"a","id":7}'],
    ['{"uid":"a","id":"jti:"}', '{"uid":"a","id":"nonsense:a"}', '{"uid":"a","id":"constructor"}', '{"id":"jti:a"}'],
    ['{"uid":"a","id":"before:container"}', '{"uid":"a","id":"before:all","before":1}', '{"uid":"a b","id":"jti:a"}'],
    ['{"uid":"a","id":"before:container","before":"2030"}', '{"uid":"a","id":"jti:a","until":"2030"}'],
    ['{"uid":"a","id":"jti:a","until":null}', '{"uid":"a","id":"before:container","before":1e999}'],
    ['{"undoes":[],"id":"jti:a"}', '{"undoes":[7],"id":"jti:a"}', '{"undoes":["a"]}', '{"undoes":"a","id":"jti:a"}'],
    [`{"uid":"a","id":"jti:${'x'.repeat(201)}"}`, `{"uid":"a","id":"jti:a","pad":"${'x'.repeat(5000)}"}`],
    ['{"__proto__":{"uid":"a","id":"jti:a"}}', `{"whole":"${'x'.repeat(300)}"}`, '{"restoring":""}'],
  ])('is none: %s', (...texts) => {
    for (const text of texts) expect([text, decodeRecord(text)]).toEqual([text, undefined]);
  });

  it('never breaks the list, whatever stands in the log', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.anything()), (text) => {
        const record = decodeRecord(text);
        if (record !== undefined && ('uid' in record || 'undoes' in record)) new DenyList().apply(record);
      }),
      { numRuns: 5000 },
    );
  });
});
