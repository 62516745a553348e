import type { INestApplication, NestMiddleware } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { addScwSecurity } from 'nestjs-scaleway-auth/swagger';

/** Call it before app.listen(), with app.get(TokenMiddleware), which is a provider of AppModule. */
export function serveDocs(app: INestApplication, middleware: NestMiddleware): void {
  app.use('/docs', middleware.use.bind(middleware));
  const config = addScwSecurity(new DocumentBuilder().setTitle('Orders')).build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config), {
    jsonDocumentUrl: 'docs/json',
    yamlDocumentUrl: 'docs/yaml',
  });
}
