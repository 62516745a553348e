import { inspect } from 'node:util';
import { type ArgumentsHost, Catch, Controller, Get, UseGuards } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { ScalewayAuthGuard, ScalewayAuthModule, type ScalewayAuthOptions } from 'nestjs-scaleway-auth';
import { exchange, platforms, type Platform, rootModule, type RunningApp, startApp } from './app.js';
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

/** Text is sent as `X-Auth-Token`; lines are sent as they are; raw bytes are all that goes over the wire. */
export type ProbeRequest = string | HeaderLines | { readonly raw: string };

export interface Probe extends RunningApp {
  readonly platform: Platform;
  readonly options: ScalewayAuthOptions;
  /**
   * Sends a request to the guarded route, and tells how it ended after checking all that is true of every answer: a status
   * and a reason; a bare status for raw bytes that did not reach the guard.
   */
  ask(send: ProbeRequest): Promise<string>;
  /** The `cause` of each exception that reached the application's filter since the last `ask`. */
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

  async function ask(send: ProbeRequest): Promise<string> {
    causes.length = 0;
    running.logs.length = 0;
    if (typeof send === 'string') return askWith([['X-Auth-Token', send]]);
    if (Array.isArray(send)) return askWith(send);
    const answer = await exchange(running.url, (send as { raw: string }).raw);
    expect(partsIn(answer, ownSecrets)).toEqual([]);
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 'no answer';
    return [status, ...causes.filter((cause) => cause !== undefined).map(String)].join(' ');
  }

  async function askWith(lines: HeaderLines): Promise<string> {
    const answer = await running.get('/guarded', lines);
    if (answer.status === 200) {
      expect(answer.text).toBe('let in');
      return '200';
    }
    const [reason] = causes;
    const secrets = [...ownSecrets, ...lines.map(([, value]) => value.trim()).filter(isLong)];
    // Asserted as one: expect() would take most of the time of the thousands of requests.
    expect({
      causes: causes.map((cause) => typeof cause),
      body: answer.json as unknown,
      challenge: isChallenge(answer.headers['www-authenticate'], answer.status, reason),
      toldTheClient: partsIn(`${JSON.stringify(answer.headers)}\n${answer.text}`, secrets),
      toldTheLog: partsIn(inspect(running.logs, { depth: null, maxStringLength: null }), secrets),
    }).toEqual({
      causes: ['string'],
      body: BODIES[answer.status],
      challenge: true,
      toldTheClient: [],
      toldTheLog: [],
    });
    return `${answer.status} ${String(reason)}`;
  }
  return { ...running, platform, options, ask, causes };
}

/** What no stranger and no log may learn: the ids of this container, and its key. */
export const ownSecrets = [namespaceId, applicationId, publicKeyPem.split('\n')[1]!];

const isLong = (text: string) => text.length > 12;

/** The secrets, and long parts of them, that a text has. */
function partsIn(text: string, secrets: string[]): string[] {
  return secrets
    .flatMap((secret) => [secret, ...secret.split('.').filter(isLong)])
    .filter((part) => text.includes(part));
}

function isChallenge(challenge: unknown, status: number, reason: unknown): boolean {
  if (reason === 'no_token') return challenge === CHALLENGE;
  const error = status === 403 ? 'insufficient_scope' : 'invalid_token';
  // A quoted-string of RFC 9110 as far as RFC 6750 section 3 allows it, and short.
  const form = `^${CHALLENGE}, error="${error}", error_description="[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]{1,60}"$`;
  return typeof challenge === 'string' && new RegExp(form).test(challenge);
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
