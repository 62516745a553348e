import { withoutStack } from '../../lib/refusal/without-stack.js';

describe('withoutStack', () => {
  it('leaves the limit of stacks as it was, also when what it does throws', () => {
    const before = Error.stackTraceLimit;
    expect(withoutStack(() => new Error('x').stack)).toBe('Error: x');
    expect(() =>
      withoutStack(() => {
        throw new Error('y');
      }),
    ).toThrow('y');
    expect(Error.stackTraceLimit).toBe(before);
    expect(new Error('z').stack).toContain('    at ');
  });
  it('does its work, once, where the application has frozen the limit', () => {
    const own = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')!;
    Object.defineProperty(Error, 'stackTraceLimit', { ...own, writable: false });
    let done = 0;
    try {
      expect(withoutStack(() => ++done)).toBe(1);
      expect(() =>
        withoutStack(() => {
          throw new Error('y');
        }),
      ).toThrow('y');
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', own);
    }
    expect(done).toBe(1);
  });
});
