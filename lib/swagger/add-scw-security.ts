import type { DocumentBuilder } from '@nestjs/swagger';
import { markConfig } from './create-document.js';
import { DEFAULT_HEADER, SCW_SECURITY, securityScheme } from './security-scheme.js';

/**
 * Makes the OpenAPI document tell which routes want a token of Scaleway: the security scheme, so that Swagger UI and API
 * testers send one, and the answers 401 and 403. No route needs an annotation. Guarded is what `ScalewayAuthGuard` guards:
 * by `@UseGuards()`, by `protectAllRoutes`, an `APP_GUARD` or `useGlobalGuards()`; `@ScwPublic()` exempts, and with
 * `@ScwOptional()` the token is optional. Where a route has requirements of your own, the token joins each of them, since
 * every guard must let a request in; a route whose annotations name {@link SCW_SECURITY} stays as you wrote it.
 *
 * The document describes this very container: on a public one, where nothing is checked, nothing is added.
 *
 * A builder knows nothing of the application. The two meet in `SwaggerModule.createDocument()`, so importing
 * `nestjs-scaleway-auth/swagger` wraps that method; documents of other builders pass through it untouched.
 *
 * @param builder the builder, before or after its other settings
 * @returns the same builder
 * @example
 * const config = addScwSecurity(new DocumentBuilder().setTitle('Orders')).build();
 * SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config));
 */
export function addScwSecurity<Builder extends DocumentBuilder>(builder: Builder): Builder {
  builder.addSecurity(SCW_SECURITY, securityScheme(DEFAULT_HEADER));
  markConfig(builder.build());
  return builder;
}
