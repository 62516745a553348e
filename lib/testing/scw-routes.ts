import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { inventoryOf } from '../module/route-check.js';
import type { ScwRoute } from '../routes/scw-route.js';

/**
 * Lists the handlers of an application and what protects each of them, sorted by address: controllers, message and event
 * patterns, gateways, resolvers, and other handlers that Nest calls. Commit a snapshot of the list, so that a change that
 * opens a route shows up in a diff.
 *
 * @param app an initialized application, a microservice, or a compiled testing module
 * @returns plain objects
 * @example
 * it('opens nothing by accident', () => {
 *   expect(scwRoutes(app).filter(({ protection }) => protection !== 'guarded')).toMatchInlineSnapshot();
 * });
 */
export function scwRoutes(app: Pick<INestApplicationContext, 'get'>): ScwRoute[] {
  const modules = app.get(ModulesContainer, { strict: false });
  const entries = inventoryOf(modules, app.get(ApplicationConfig, { strict: false }));
  return entries.map(({ route }) => route).toSorted(byAddress);
}

function byAddress(one: ScwRoute, other: ScwRoute): number {
  const [a, b] = [one, other].map(({ kind, address, handler }) => `${kind} ${address} ${handler}`) as [string, string];
  return a < b ? -1 : a > b ? 1 : 0;
}
