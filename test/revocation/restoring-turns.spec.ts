import { RestoringTurns } from '../../lib/revocation/restoring-turns.js';

describe('the turn to put back what a log has lost', () => {
  const [one, two] = [new RestoringTurns('one'), new RestoringTurns('two')];
  const hear = (restoring: string, now: number) => {
    for (const turns of [one, two]) turns.take({ restoring }, now);
  };
  const next = (now: number) => [one.next(now), two.next(now)];

  it('is that of who asked first, and passes to another when that one falls silent, until it is heard again', () => {
    expect(next(0)).toEqual(['ask', 'ask']);
    hear('one', 0);
    hear('two', 0);
    expect(next(1)).toEqual(['restore', 'wait']);
    for (let now = 0; now < 10_000; now += 1000) hear('one', now);
    expect(next(10_000)).toEqual(['restore', 'wait']);
    expect(two.next(12_001)).toBe('restore');
    // The first was stopped, and reads on: it does not go on beside the other.
    hear('two', 12_100);
    expect(next(12_200)).toEqual(['wait', 'restore']);
    // Though it was writing at that moment, the other goes on.
    hear('one', 12_300);
    hear('two', 12_400);
    expect(next(12_500)).toEqual(['wait', 'restore']);
    for (const turns of [one, two]) turns.take({ restored: 'two' }, 13_000);
    expect([...next(13_001), one.isOpen, one.quietFor(13_500)]).toEqual(['ask', 'ask', false, 500]);
  });
});
