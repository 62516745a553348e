import 'reflect-metadata';
import { DELEGATING_GUARD } from '../routes/own-guard.js';

/**
 * Says of a guard of your own that it asks `ScalewayAuthGuard` about every call and lets in nobody whom it refuses, unless
 * your guard itself decides to. Its handlers then count as guarded: in the boot log and the boot check, in Swagger and in
 * `scwRoutes`. Without it they do not, since nobody can read from outside what a guard's `canActivate` does. A subclass of
 * `ScalewayAuthGuard` needs none. A subclass of your guard needs its own.
 *
 * @param delegates default true; false says that it asks `ScalewayAuthGuard` about some calls alone: its handlers do not count
 *   as guarded, nor do those of its subclasses, and the warning ends. It may stand on a subclass of `ScalewayAuthGuard`
 * @example
 * @ScwDelegatingGuard()
 * @Injectable()
 * export class ContainerOrPersonGuard implements CanActivate {
 *   constructor(private readonly containers: ScalewayAuthGuard, private readonly people: PeopleGuard) {}
 *
 *   canActivate(context: ExecutionContext) {
 *     return this.people.knows(context) || this.containers.canActivate(context);
 *   }
 * }
 */
export const ScwDelegatingGuard =
  (delegates = true): ClassDecorator =>
  (target) =>
    Reflect.defineMetadata(DELEGATING_GUARD, delegates, target);
