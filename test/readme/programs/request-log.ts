import type { INestApplication } from '@nestjs/common';
import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { type Options, pinoHttp } from 'pino-http';

/** The paths of headers that pino-http must not log, because they may contain a token or a session. */
export function secretHeaders(verifier: ScalewayTokenVerifier): string[] {
  const names = new Set([...verifier.headers, 'authorization', 'cookie']);
  return [...names].map((name) => `req.headers["${name}"]`);
}

export function logRequests(app: INestApplication, options: Options = {}): void {
  app.use(pinoHttp({ ...options, redact: secretHeaders(app.get(ScalewayTokenVerifier)) }));
}
