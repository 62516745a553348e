import { Test } from '@nestjs/testing';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { expectTypeOf } from 'expect-type';
import type { ScalewayAuthOptions } from 'nestjs-scaleway-auth';
import {
  createScalewayTestIssuer,
  type ScalewayTestIssuer,
  type TestCaller,
  withScwClaims,
} from 'nestjs-scaleway-auth/testing';

const issuer = createScalewayTestIssuer();
expectTypeOf(issuer).toEqualTypeOf<ScalewayTestIssuer>();
// It fits into the module's options, and every variable is there.
expectTypeOf(issuer.environment).toExtend<NonNullable<ScalewayAuthOptions['environment']>>();
expectTypeOf(issuer.environment.SCW_PUBLIC_KEY).toEqualTypeOf<string>();
expectTypeOf(issuer.token).toBeCallableWith({ exp: undefined, note: 'any claim' });
expectTypeOf(issuer.token()).toEqualTypeOf<string>();
expectTypeOf(issuer.applicationToken()).toEqualTypeOf<string>();
expectTypeOf(issuer.expired()).toEqualTypeOf<string>();

// It gives the builder back, so that calls can be chained.
expectTypeOf(withScwClaims(Test.createTestingModule({}), { namespaceId: 'id' })).toEqualTypeOf<TestingModuleBuilder>();
expectTypeOf<TestCaller['expiresAt']>().toEqualTypeOf<Date | undefined>();
// @ts-expect-error -- times are Dates, as they are in the claims
withScwClaims(Test.createTestingModule({}), { namespaceId: 'id', expiresAt: 1_700_000_000 });
// @ts-expect-error -- not a builder
withScwClaims({}, { namespaceId: 'id' });
