import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { settingsOf } from '../module/route-check.js';
import { describeGuardedOperations } from './guarded-operations.js';
import { documentedRoutes } from './guarded-routes.js';
import { withMarkedRoutes } from './marked-routes.js';
import { DEFAULT_HEADER, SCW_SECURITY, securityScheme } from './security-scheme.js';

type Config = Omit<OpenAPIObject, 'paths'>;

/** On a builder's configuration: survives a copy by spread, and is not written into JSON or YAML. */
const MARK = Symbol.for('nestjs-scaleway-auth:swagger');

/** On the wrapped method, so that the ESM and CommonJS copies of this package in one process wrap it once. */
const WRAPPED = Symbol.for('nestjs-scaleway-auth:create-document');

completeMarkedDocuments();

/** Has the documents of this configuration completed. */
export function markConfig(config: Config): void {
  Object.defineProperty(config, MARK, { value: true, enumerable: true, configurable: true });
}

/**
 * Wraps `SwaggerModule.createDocument()`, once a process, and when this file is loaded: in a call such as
 * `createDocument(app, addScwSecurity(builder).build())` the method is looked up before its arguments are made.
 */
function completeMarkedDocuments(): void {
  const original = SwaggerModule.createDocument;
  if (Object.hasOwn(original, WRAPPED)) return;
  const createDocument: typeof original = function (this: unknown, app, config, ...rest) {
    const create = () => original.call(this as typeof SwaggerModule, app, config, ...rest);
    return Object.hasOwn(config, MARK) ? createCompleteDocument(app, create) : create();
  };
  SwaggerModule.createDocument = Object.defineProperty(createDocument, WRAPPED, { value: true });
}

function createCompleteDocument(app: INestApplication, create: () => OpenAPIObject): OpenAPIObject {
  // Not by `app.get()`, which ends the process where the module is missing.
  const settings = settingsOf(app.get(ModulesContainer, { strict: false }));
  const isChecked = settings !== undefined && !settings.container.public;
  const document = isChecked ? withMarkedRoutes(documentedRoutes(app), create) : create();
  const { securitySchemes = {}, ...components } = document.components ?? {};
  const { [SCW_SECURITY]: _, ...schemes } = securitySchemes;
  // Where no route refers to the scheme, there is nothing to authorize for.
  if (describeGuardedOperations(document))
    schemes[SCW_SECURITY] = securityScheme(settings?.rules.headers[0] ?? DEFAULT_HEADER);
  // A new object: in some versions that of the configuration is the document's own.
  return { ...document, components: { ...components, securitySchemes: schemes } };
}
