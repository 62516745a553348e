import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { addScwSecurity } from 'nestjs-scaleway-auth/swagger';

/**
 * Serves a page to read about and try the routes at /docs, and the OpenAPI document at /docs-json. Both are open: Nest
 * answers them beside its controllers, before any guard.
 */
export function serveDocs(app: INestApplication): void {
  const builder = new DocumentBuilder()
    .setTitle('A private container')
    .setDescription('Press Authorize and paste a token that Scaleway has issued for this container or its namespace.')
    .setVersion('1.0.0');
  // Says which routes want a token, and how they refuse. The routes need no annotation for it.
  const config = addScwSecurity(builder).build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config), {
    customSiteTitle: 'A private container',
    swaggerOptions: { displayRequestDuration: true },
    patchDocumentOnRequest: (request: unknown, _: unknown, document) => withServer(document, request as Request),
  });
}

interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * An API tester that imports the document wants to know where the container is; the page calls where it came from. Behind
 * Scaleway's TLS only the request knows.
 */
function withServer(document: OpenAPIObject, { url, headers }: Request): OpenAPIObject {
  const { host, 'x-forwarded-proto': protocol } = headers;
  if (host === undefined || !url.startsWith('/docs-json')) return document;
  return { ...document, servers: [{ url: `${protocol === 'https' ? 'https' : 'http'}://${host}` }] };
}
