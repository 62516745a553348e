import { Injectable, type NestMiddleware } from '@nestjs/common';
import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import type { IncomingMessage, ServerResponse } from 'node:http';

@Injectable()
export class TokenMiddleware implements NestMiddleware {
  constructor(private readonly verifier: ScalewayTokenVerifier) {}

  async use(request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> {
    if (this.verifier.containerIsPublic) return next();
    const verdict = await this.verifier.verify(request);
    if (verdict.accepted) return next();
    response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
  }
}
