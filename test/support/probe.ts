import { inspect } from 'node:util';
import { type ArgumentsHost, Catch, Controller, Get, UseGuards } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { ScalewayAuthGuard, ScalewayAuthModule, type ScalewayAuthOptions } from 'nestjs-scaleway-auth';
import { platforms, type Platform, rootModule, type RunningApp, startApp } from './app.js';
import { applicationId, environment, namespaceId, publicKeyPem } from './issuer.js';

/** Header lines as they go over the wire. */
export type HeaderLines = [name: string, value: string][];

/** One request and how it must end: `'200'`, or a status and a reason, `'401 expired'`. */
export interface Case {
  readonly name: string;
  /** Called when the case runs, so that times are fresh. Text is sent as `X-Auth-Token`. */
  readonly send: () => HeaderLines | string;
  readonly ends: string;
}

export interface Probe extends RunningApp {
  /** Sends a request to the guarded route, and tells how it ended after checking all that is true of every answer. */
  ask(send: HeaderLines | string): Promise<string>;
  /** The `cause` of each exception that reached the application's filter. */
  readonly causes: unknown[];
}

@UseGuards(ScalewayAuthGuard)
@Controller()
class ProbeController {
  @Get('guarded')
  guarded(): string {
    return 'let in';
  }
}

const CHALLENGE = 'Bearer realm="Scaleway container"';
const BODIES: Record<number, object> = {
  401: { statusCode: 401, message: 'Unauthorized' },
  403: { statusCode: 403, message: 'Forbidden' },
};

/** An application with one guarded route, whose exception filter keeps the causes and answers as Nest does. */
export async function startProbe(platform: Platform, options: ScalewayAuthOptions = {}): Promise<Probe> {
  const causes: unknown[] = [];

  @Catch()
  class KeepCause extends BaseExceptionFilter {
    override catch(exception: unknown, host: ArgumentsHost): void {
      causes.push((exception as Error).cause);
      // oxlint-disable-next-line promise/valid-params -- a filter's catch, not a promise's
      super.catch(exception, host);
    }
  }

  const running = await startApp(
    platform,
    rootModule({
      imports: [ScalewayAuthModule.forRoot({ environment, ...options })],
      controllers: [ProbeController],
    }),
    (app) => void app.useGlobalFilters(new KeepCause(app.get(HttpAdapterHost).httpAdapter)),
  );

  async function ask(send: HeaderLines | string): Promise<string> {
    const lines: HeaderLines = typeof send === 'string' ? [['X-Auth-Token', send]] : send;
    causes.length = 0;
    const answer = await running.get('/guarded', lines);
    if (answer.status === 200) {
      expect(answer.text).toBe('let in');
      return '200';
    }
    const [reason] = causes;
    expect(causes).toEqual([expect.any(String)]);
    expect(answer.json).toEqual(BODIES[answer.status]);
    expectChallenge(answer.headers['www-authenticate'], answer.status, reason);
    const secrets = lines.map(([, value]) => value.trim()).filter((value) => value.length > 12);
    expectNothingIn(inspect(answer, { depth: null }), [...secrets, ...ownSecrets]);
    expectNothingIn(inspect(running.logs, { depth: null }), [...secrets, ...ownSecrets]);
    return `${answer.status} ${String(reason)}`;
  }
  return { ...running, ask, causes };
}

/** What no stranger and no log may learn: the ids of this container, and its key. */
const ownSecrets = [namespaceId, applicationId, publicKeyPem.split('\n')[1]!];

function expectNothingIn(text: string, secrets: string[]): void {
  for (const secret of secrets)
    for (const part of [secret, ...secret.split('.').filter((piece) => piece.length > 12)])
      expect(text.includes(part)).toBe(false);
}

function expectChallenge(challenge: unknown, status: number, reason: unknown): void {
  if (reason === 'no_token') return expect(challenge).toBe(CHALLENGE);
  const error = status === 403 ? 'insufficient_scope' : 'invalid_token';
  // A quoted-string of RFC 9110 as far as RFC 6750 section 3 allows it, and short.
  expect(challenge).toMatch(
    new RegExp(`^${CHALLENGE}, error="${error}", error_description="[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]{1,60}"$`),
  );
}

/** Runs a table of cases against a running application of each platform. */
export function describeCases(title: string, options: ScalewayAuthOptions, cases: readonly Case[]): void {
  describe.each(platforms)(`${title}, on %s`, (platform) => {
    let probe: Probe;
    beforeAll(async () => {
      probe = await startProbe(platform, options);
    });
    afterAll(() => probe.close());

    it.each(cases)('$name: $ends', async ({ send, ends }) => {
      expect(await probe.ask(send())).toBe(ends);
    });
  });
}
