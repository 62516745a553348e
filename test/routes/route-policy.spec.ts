import { UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScwOptional, ScwPublic, ScwRequireScope } from 'nestjs-scaleway-auth';
import { routePolicy } from '../../lib/routes/route-policy.js';

/** `exempt`, or `token`, `optional` and the scope; with `!` where decorators contradict each other. */
function policyOf(controller: new () => object, method = 'handler'): string {
  const handler = (controller.prototype as Record<string, object>)[method]!;
  const { isPublic, isOptional, scope, conflict } = routePolicy(handler, controller);
  const access = isPublic ? 'exempt' : isOptional ? 'optional' : 'token';
  return `${access}${scope === undefined ? '' : ` ${scope}`}${conflict === undefined ? '' : ' !'}`;
}

/** What replaces a method, as many decorators of caches, locks and traces do. */
const replaced: MethodDecorator = (_target, _name, descriptor) => {
  const { value } = descriptor as TypedPropertyDescriptor<any>;
  descriptor.value = function (this: unknown, ...args: unknown[]) {
    return (value as (...all: unknown[]) => unknown).apply(this, args);
  } as never;
};

class Plain {
  handler() {}
}
@ScwRequireScope('application')
class ScopedClass {
  handler() {}
  @ScwRequireScope('namespace')
  nearer() {}
  @ScwPublic()
  exempt() {}
  @ScwOptional()
  optional() {}
}
class ScopedHandler {
  @ScwRequireScope('application')
  handler() {}
}
class ExemptHandler {
  @ScwPublic()
  handler() {}
}
class Override extends ScopedHandler {
  override handler() {}
}
class OverrideOfOverride extends Override {
  @ScwRequireScope('namespace')
  override handler() {}
}
class ExemptOverride extends ScopedHandler {
  @ScwPublic()
  override handler() {}
}
class OptionalOverride extends ScopedHandler {
  @ScwOptional()
  override handler() {}
}
@ScwOptional()
class OptionalClass {
  handler() {}
  @ScwRequireScope('application')
  scoped() {}
  @ScwOptional(false)
  closed() {}
  @ScwPublic()
  exempt() {}
}
@ScwPublic()
class ExemptClass {
  handler() {}
  @ScwPublic(false)
  closed() {}
  @ScwRequireScope('application')
  scoped() {}
  @ScwPublic(false)
  @ScwRequireScope('application')
  closedAndScoped() {}
  @UseGuards(ScalewayAuthGuard)
  guarded() {}
  @ScwPublic(false)
  @UseGuards(ScalewayAuthGuard)
  closedAndGuarded() {}
}
class HeirOfExempt extends ExemptClass {}
class HeirOfOptional extends OptionalClass {}
class HeirOfScoped extends ScopedClass {}
class Replaced {
  @replaced
  @ScwRequireScope('application')
  handler() {}
  @replaced
  @ScwPublic()
  exempt() {}
}
class Contradictions {
  @ScwPublic()
  @ScwRequireScope('application')
  exemptAndScoped() {}
  @ScwOptional()
  @ScwRequireScope('application')
  optionalAndScoped() {}
  @ScwPublic()
  @UseGuards(ScalewayAuthGuard)
  exemptAndGuarded() {}
}
@ScwPublic()
@ScwRequireScope('application')
class ExemptAndScoped {
  handler() {}
}
@ScwOptional()
@ScwRequireScope('application')
class OptionalAndScoped {
  handler() {}
}
@ScwPublic()
@UseGuards(ScalewayAuthGuard)
class ExemptAndGuarded {
  handler() {}
}
@UseGuards(ScalewayAuthGuard)
class GuardedClass {
  handler() {}
}
@ScwPublic()
class ExemptHeirOfGuarded extends GuardedClass {}

describe('what decorators say of a handler', () => {
  it.each<[string, new () => object, string, string]>([
    ['nothing', Plain, 'handler', 'token'],
    ['a scope on the class', ScopedClass, 'handler', 'token application'],
    ['a scope on the handler is stronger', ScopedClass, 'nearer', 'token namespace'],
    ['an exemption on the handler lifts the scope of its class', ScopedClass, 'exempt', 'exempt'],
    ['so does an optional token', ScopedClass, 'optional', 'optional'],
    ['a scope is inherited with the class', HeirOfScoped, 'handler', 'token application'],
    ['a scope is inherited by an override', Override, 'handler', 'token application'],
    ['the nearest scope counts', OverrideOfOverride, 'handler', 'token namespace'],
    ['an exemption does not lift the scope of what it overrides', ExemptOverride, 'handler', 'token application'],
    ['nor does an optional token', OptionalOverride, 'handler', 'token application'],
    ['optional on the class', OptionalClass, 'handler', 'optional'],
    ['optional on the class does not reach a scope', OptionalClass, 'scoped', 'token application'],
    ['not optional again', OptionalClass, 'closed', 'token'],
    ['exempt beside an optional class', OptionalClass, 'exempt', 'exempt'],
    ['optional is not inherited', HeirOfOptional, 'handler', 'token'],
    ['exempt by the class', ExemptClass, 'handler', 'exempt'],
    ['closed again', ExemptClass, 'closed', 'token'],
    ['closed again with a scope', ExemptClass, 'closedAndScoped', 'token application'],
    ['closed again with a guard', ExemptClass, 'closedAndGuarded', 'token'],
    ['an exemption is not inherited', HeirOfExempt, 'handler', 'token'],
    ['a class may lift the guard of its base class', ExemptHeirOfGuarded, 'handler', 'exempt'],
    ['a scope survives a decorator that replaces the method', Replaced, 'handler', 'token application'],
    ['so does an exemption', Replaced, 'exempt', 'exempt'],
    // The stricter counts, and the application does not start.
    ['a scope in an exempt class', ExemptClass, 'scoped', 'token application !'],
    ['a guard in an exempt class', ExemptClass, 'guarded', 'token !'],
    ['exempt and scoped', Contradictions, 'exemptAndScoped', 'token application !'],
    ['optional and scoped', Contradictions, 'optionalAndScoped', 'token application !'],
    ['exempt and guarded', Contradictions, 'exemptAndGuarded', 'token !'],
    ['a class that is exempt and scoped', ExemptAndScoped, 'handler', 'token application !'],
    ['a class that is optional and scoped', OptionalAndScoped, 'handler', 'token application !'],
    ['a class that is exempt and guarded', ExemptAndGuarded, 'handler', 'token !'],
  ])('%s', (_name, controller, method, expected) => {
    expect(policyOf(controller, method)).toBe(expected);
  });

  it('is found by the name where an instance was given another function, as far as it restricts', () => {
    const named = (): (() => void) => Object.defineProperty(() => {}, 'name', { value: 'handler' });
    expect(routePolicy(named(), ScopedHandler)).toMatchObject({ scope: 'application', isUnreadable: true });
    expect(routePolicy(named(), ExemptHandler)).toMatchObject({ isPublic: false, isUnreadable: true });
    const traced = named();
    Reflect.defineMetadata('path', '/', traced);
    expect(routePolicy(traced, ScopedHandler)).toMatchObject({ scope: 'application', isUnreadable: false });
    expect(routePolicy(traced, ExemptHandler)).toMatchObject({ isPublic: false, isUnreadable: false });
    expect(routePolicy(() => {}, ScopedHandler).scope).toBeUndefined();
  });
  it('takes the stricter of @ScwPublic() and @ScwOptional()', () => {
    class Both {
      @ScwPublic()
      @ScwOptional()
      handler() {}
    }
    @ScwPublic()
    @ScwOptional()
    class BothOnClass {
      handler() {}
    }
    @ScwPublic()
    class OptionalInPublic {
      @ScwOptional()
      handler() {}
    }
    @ScwOptional()
    class PublicInOptional {
      @ScwPublic()
      handler() {}
    }
    const policyOn = (type: { prototype: { handler(): void } }) => routePolicy(type.prototype.handler, type);
    const contradiction = expect.stringContaining('@ScwPublic() and @ScwOptional() contradict each other');
    expect(policyOn(Both)).toMatchObject({ isPublic: false, isOptional: true, conflict: contradiction });
    expect(policyOn(BothOnClass)).toMatchObject({ isPublic: false, isOptional: true, conflict: contradiction });
    expect(policyOn(OptionalInPublic)).toMatchObject({ isPublic: false, isOptional: true, conflict: undefined });
    expect(policyOn(PublicInOptional)).toMatchObject({ isPublic: true, conflict: undefined });
  });
});
