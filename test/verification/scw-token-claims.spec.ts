import { inspect } from 'node:util';
import { ScwTokenClaims } from 'nestjs-scaleway-auth';

interface Application {
  readonly namespaceId: string | undefined;
  readonly applicationId: string | undefined;
}
const Claims = ScwTokenClaims as unknown as new (token?: unknown) => ScwTokenClaims;
const make = (payload: object, application: Application = { namespaceId: 'n', applicationId: undefined }) =>
  new Claims({ application, payload });

describe('ScwTokenClaims', () => {
  it('freezes a payload nested deeper than the stack', () => {
    const payload = { deep: JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown[] };
    let inner = make(payload).payload['deep'] as unknown[];
    let depth = 0;
    for (; inner.length > 0; inner = inner[0] as unknown[], depth++)
      if (!Object.isFrozen(inner)) throw new Error(`not frozen at ${depth}`);
    expect([depth, Object.isFrozen(inner)]).toEqual([49_999, true]);
  });
  it('freezes what is under the key __proto__ too', () => {
    const payload = JSON.parse('{"__proto__":{"list":[1]}}') as Record<string, { list: number[] }>;
    make(payload);
    expect(Object.isFrozen(Object.getOwnPropertyDescriptor(payload, '__proto__')!.value)).toBe(true);
  });
  it('is no plain object that anybody can make', () => {
    expect(() => new Claims()).toThrow(
      'Only ScalewayAuthGuard creates ScwTokenClaims. If you use a ValidationPipe with validateCustomDecorators, annotate ' +
        'the parameter with Readonly<ScwTokenClaims>.',
    );
    expect(() => new Claims({})).toThrow(/Only ScalewayAuthGuard creates/);
  });
  it('writes itself as JSON, without the payload', () => {
    expect(JSON.parse(JSON.stringify(make({ jti: 'j', iat: 1, exp: 2.5, secret: 'x' })))).toEqual({
      namespaceId: 'n',
      scope: 'namespace',
      tokenId: 'j',
      issuedAt: '1970-01-01T00:00:01.000Z',
      expiresAt: '1970-01-01T00:00:02.500Z',
    });
  });
  it.each([8.64e12, -8.64e12])('has a Date for %d, the last that one can hold', (exp) => {
    expect(make({ exp }).expiresAt!.getTime()).toBe(exp * 1000);
    expect(make({ exp: exp * 1.001 }).expiresAt).toBeUndefined();
  });
  it('is told by what it is, also from the other build of this package, and not by its fields', () => {
    const claims = make({ jti: 'j' });
    class OfTheOtherBuild {}
    Object.defineProperty(OfTheOtherBuild.prototype, Symbol.for('nestjs-scaleway-auth:token-claims'), { value: true });
    expect(new OfTheOtherBuild()).toBeInstanceOf(ScwTokenClaims);
    expect(claims).toBeInstanceOf(ScwTokenClaims);
    for (const other of [
      Object.assign({}, claims),
      JSON.parse(JSON.stringify(claims)),
      undefined,
      null,
      'claims',
      () => {},
    ])
      expect(other).not.toBeInstanceOf(ScwTokenClaims);
  });
  it('can be looked at', () => {
    expect(inspect(make({ jti: 'j' }))).toContain("tokenId: 'j'");
  });
});
