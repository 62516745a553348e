import type { ModulesContainer } from '@nestjs/core';

/** A microservice that was connected to an HTTP application. */
export interface ConnectedMicroservice {
  /** Whether our guard is among its global guards; when it is bound, whether it was. */
  readonly isCovered: boolean;
  /** Not yet where its initialization is deferred. */
  readonly isBound: boolean;
  readonly transport: unknown;
  /** Connected with `deferInitialization`: Nest then binds gateways once more, with its guards. */
  readonly isDeferred: boolean;
}

/** On an application's modules: the microservices that were connected to it. */
const MICROSERVICES: unique symbol = Symbol.for('nestjs-scaleway-auth:microservices') as never;

export function connectedMicroservices(modules: ModulesContainer): ConnectedMicroservice[] {
  return ((modules as { [MICROSERVICES]?: ConnectedMicroservice[] })[MICROSERVICES] ??= []);
}
