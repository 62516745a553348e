import { jest } from '@jest/globals';
import {
  ScalewayTokenClient,
  ScalewayTokenSource,
  type ScalewayTokenClientOptions,
  type ScalewayTokenSourceOptions,
} from 'nestjs-scaleway-auth/platform';
import { FakeClock } from './fake-clock.js';
import { json, ScriptedServer, shapedToken, type Step } from './scripted-server.js';

export const HOUR = 3600;
export const down = json(503, { message: 'down' });
export const quiet = { warn: () => undefined };

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds));

/** A scripted API, sources that ask it, and the clock that all of them go by. */
export class IssuingServer {
  readonly clock = new FakeClock();
  /** Seconds by which the issuer's clock is ahead. */
  issuerAhead = 0;
  server!: ScriptedServer;
  url = '';
  private serial = 0;

  /** Issues as Scaleway does, each token another one. */
  readonly issue: Step = (response, request) => {
    const asked = new URL(request.url ?? '', 'http://a').searchParams.get('expires_at');
    const iat = Math.floor(this.clock.wall / 1000) + this.issuerAhead;
    this.serial += 1;
    const exp = Math.floor(Date.parse(asked ?? '') / 1000);
    json(200, { token: shapedToken({ serial: this.serial, iat, exp }) })(response, request);
  };

  get requests(): number {
    return this.server.seen.length;
  }

  async source(
    steps: Step[],
    options: Partial<ScalewayTokenSourceOptions> = {},
    clientOptions: ScalewayTokenClientOptions = {},
  ): Promise<ScalewayTokenSource> {
    this.clock.install();
    this.server = new ScriptedServer(steps);
    this.url = await this.server.start();
    const client = new ScalewayTokenClient({
      secretKey: 'secret',
      region: 'fr-par',
      apiUrl: this.url,
      retries: 0,
      ...clientOptions,
    });
    return new ScalewayTokenSource({ target: { containerId: 'C' }, client, logger: quiet, ...options });
  }

  /** Until the API has been asked so many times, and what goes on in the background has come to its end. */
  async seen(count: number): Promise<void> {
    const until = performance.now() + 5000;
    while (this.requests < count && performance.now() < until) await pause(5);
    await pause(50);
    expect(this.requests).toBe(count);
  }

  async stop(): Promise<void> {
    jest.restoreAllMocks();
    await this.server.stop();
  }
}

export function serialOf(token: string): number {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { serial: number };
  return claims.serial;
}
