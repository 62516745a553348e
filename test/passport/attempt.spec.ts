import passportJwt from 'passport-jwt';
import { type Attempt, concluded, OUTCOMES } from '../../lib/verification/verdict.js';
import { PassportJwtStrategy } from '../../lib/passport/passport-jwt.js';

const claims = {} as never;
const attempt = (): Attempt => Object.create(OUTCOMES) as Attempt;

describe('an attempt', () => {
  it('that came to no end, or to one that is not ours, is refused', () => {
    expect(concluded(attempt()).refusal?.reason).toBe('unexpected');
    for (const ending of ['pass', 'redirect'] as const) {
      const ended = attempt();
      ended[ending]('/elsewhere');
      expect(concluded(ended).refusal?.reason).toBe('unexpected');
    }
  });
  it('that failed after it had succeeded is refused', () => {
    const ended = attempt();
    ended.success(claims);
    const thrown = new Error('afterwards');
    ended.error(thrown);
    expect(concluded(ended)).toMatchObject({ refusal: { reason: 'unexpected' }, thrown });
  });
});

describe('the verifier of passport-jwt', () => {
  const strategy = (ending: () => void) =>
    Object.assign(
      new PassportJwtStrategy(
        {
          jwtFromRequest: () => 'a.b.c',
          secretOrKeyProvider: (_request, _token, done) => (ending(), done(new Error('no key'))),
          algorithms: ['RS256'],
          ignoreExpiration: true,
          jsonWebTokenOptions: { ignoreNotBefore: true },
          passReqToCallback: true,
        },
        () => {},
      ),
      { fail: () => {} },
    );
  const { Strategy } = passportJwt as unknown as { Strategy: { JwtVerifier: unknown } };

  it('is ours while we verify, and whose it was before and after, whatever happens', () => {
    const theirs = Strategy.JwtVerifier;
    let during: unknown;
    strategy(() => (during = Strategy.JwtVerifier)).authenticate({});
    expect(during).not.toBe(theirs);
    expect(Strategy.JwtVerifier).toBe(theirs);
    const failing = strategy(() => {
      throw new Error('unforeseen');
    });
    expect(() => failing.authenticate({})).toThrow('unforeseen');
    expect(Strategy.JwtVerifier).toBe(theirs);
  });
});
