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

export interface Documented extends RunningApp {
  /** As it came over HTTP from `/docs-json`. */
  readonly document: OpenAPIObject;
}

/** A real application that serves its document, and what it served. */
export async function startDocumented(platform: Platform, setting: Setting): Promise<Documented> {
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
  const { json } = await running.get('/docs-json');
  return { ...running, document: json };
}

/** The document of an application that is started for it alone. */
export async function documentOf(platform: Platform, setting: Setting): Promise<OpenAPIObject> {
  const { document, close } = await startDocumented(platform, setting);
  await close();
  return document;
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
