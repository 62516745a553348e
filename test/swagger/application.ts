import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ScalewayAuthModule, type ScalewayAuthModuleExtras, type ScalewayAuthOptions } from 'nestjs-scaleway-auth';
import { addScwSecurity } from 'nestjs-scaleway-auth/swagger';
import { type Platform, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment } from '../support/issuer.js';

export interface Setting {
  readonly controllers: Type[];
  readonly options?: ScalewayAuthOptions & ScalewayAuthModuleExtras;
  readonly imports?: (DynamicModule | Type)[];
  readonly providers?: object[];
  readonly builder?: (builder: DocumentBuilder) => DocumentBuilder;
  /** Runs before the document is set up. */
  readonly configure?: (app: INestApplication) => void;
}

/** A real application that serves its document: it runs while it is used, which may go wrong, and not longer. */
export async function withDocumented<Result>(
  platform: Platform,
  setting: Setting,
  use: (running: RunningApp, document: OpenAPIObject) => Result | Promise<Result>,
): Promise<Result> {
  const { controllers, options, imports = [], providers = [], builder = addScwSecurity, configure } = setting;
  const root = rootModule({
    imports: [ScalewayAuthModule.forRoot({ environment, ...options }), ...imports],
    controllers,
    providers: providers as never[],
  });
  const running = await startApp(platform, root, (app) => {
    configure?.(app);
    const config = builder(new DocumentBuilder()).build();
    SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config), { ui: false });
  });
  try {
    const { json } = await running.get('/docs-json');
    return await use(running, json);
  } finally {
    await running.close();
  }
}

/** The document as it came over HTTP from `/docs-json`. */
export function documentOf(platform: Platform, setting: Setting): Promise<OpenAPIObject> {
  return withDocumented(platform, setting, (_, document) => document);
}

/** What a document says about each operation, by `GET /path`: who may call it, and how it answers. */
export function summaryOf(document: OpenAPIObject): Record<string, { security: unknown; answers: string[] }> {
  const entries = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { security?: unknown; responses: object }>).map(([method, operation]) => [
      `${method.toUpperCase()} ${path}`,
      { security: operation.security, answers: Object.keys(operation.responses) },
    ]),
  );
  return Object.fromEntries(entries);
}

export const guarded = { security: [{ 'scaleway-token': [] }], answers: ['200', '401', '403'] };
export const optional = { security: [{ 'scaleway-token': [] }, {}], answers: ['200', '401', '403'] };
export const open = { security: undefined, answers: ['200'] };
