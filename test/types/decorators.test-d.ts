import { ParseUUIDPipe } from '@nestjs/common';
import { expectTypeOf } from 'expect-type';
import { ScwClaims, ScwOptional, ScwPublic, ScwRequireScope, type ScwTokenClaims } from 'nestjs-scaleway-auth';

// On a parameter: all claims, one of them by its name, through pipes.
expectTypeOf(ScwClaims).toBeCallableWith();
expectTypeOf(ScwClaims).toBeCallableWith('tokenId');
expectTypeOf(ScwClaims).toBeCallableWith('namespaceId', ParseUUIDPipe, new ParseUUIDPipe());
expectTypeOf(ScwClaims).returns.toEqualTypeOf<ParameterDecorator>();
// @ts-expect-error -- no claim has this name
ScwClaims('jti');

// On handlers and on classes.
for (const decorator of [
  ScwPublic(),
  ScwPublic(false),
  ScwOptional(),
  ScwOptional(false),
  ScwRequireScope('namespace'),
])
  expectTypeOf(decorator).toExtend<ClassDecorator & MethodDecorator>();
// @ts-expect-error -- there are two scopes
ScwRequireScope('container');
// @ts-expect-error -- which one must be said
ScwRequireScope();

@ScwRequireScope('application')
export class OrdersController {
  @ScwPublic()
  health() {}

  @ScwOptional()
  list(@ScwClaims() caller: ScwTokenClaims | undefined, @ScwClaims('tokenId') tokenId: string | undefined) {
    return [caller, tokenId];
  }
}
