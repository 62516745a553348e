import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { addScwSecurity } from 'nestjs-scaleway-auth/swagger';
import { TokenMiddleware } from './token-middleware.js';

/** Call it after NestFactory.create(), and before app.listen(). TokenMiddleware is a provider of AppModule. */
export function serveDocs(app: INestApplication): void {
  const middleware = app.get(TokenMiddleware);
  app.use('/docs', middleware.use.bind(middleware));
  const config = addScwSecurity(new DocumentBuilder().setTitle('Orders')).build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config), {
    jsonDocumentUrl: 'docs/json',
    yamlDocumentUrl: 'docs/yaml',
  });
}
