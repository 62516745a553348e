import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';

/** Where `RouterModule` keeps the path of a module, followed by the id of the application or alone. */
const MODULE_PATH = '__module_path__';

/** The path that `RouterModule` puts before those of a module's controllers; empty without. */
export function modulePath(modules: ModulesContainer, module: object): string {
  const ofApplication: unknown = Reflect.getMetadata(`${MODULE_PATH}${modules.applicationId}`, module);
  return String(ofApplication ?? Reflect.getMetadata(MODULE_PATH, module) ?? '');
}

/** All combinations of these parts, with the global prefix where `setGlobalPrefix` does not exclude them. */
export function httpPaths(
  config: ApplicationConfig,
  method: RequestMethod,
  parts: readonly (readonly string[])[],
): string[] {
  const paths = parts.reduce<string[]>(
    (before, part) => before.flatMap((start) => part.map((end) => joined(start, end))),
    [''],
  );
  return paths.map((path) => (isExcluded(config, method, path) ? path : joined(config.getGlobalPrefix(), path)));
}

function isExcluded(config: ApplicationConfig, method: RequestMethod, path: string): boolean {
  const { exclude = [] } = config.getGlobalPrefixOptions();
  // Nest writes -1 where a method is left out.
  return exclude.some(
    ({ requestMethod, pathRegex }) => [method, RequestMethod.ALL, -1].includes(requestMethod) && pathRegex.test(path),
  );
}

function joined(...parts: string[]): string {
  const path = parts.map((part) => part.replace(/^\/+|\/+$/g, '')).filter((part) => part !== '');
  return `/${path.join('/')}`;
}
