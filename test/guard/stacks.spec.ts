import { withoutStack } from '../../lib/errors/without-stack.js';

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
});
