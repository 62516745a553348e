import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, type PipeTransform, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwTokenClaims } from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { applicationId, environment, forApplication, foreignKey, token } from '../support/issuer.js';

/** Between the guard and the handler, other requests come in. */
class Pause implements PipeTransform {
  async transform<T>(value: T): Promise<T> {
    await pause(Math.random() * 20);
    return value;
  }
}

@UseGuards(ScalewayAuthGuard)
@Controller()
class WhoController {
  @Get('who')
  async who(
    @ScwClaims(undefined, Pause) caller: ScwTokenClaims,
    @ScwClaims('tokenId', Pause) tokenId: string,
  ): Promise<object> {
    await pause(Math.random() * 20);
    return { tokenId: caller.tokenId, again: tokenId, scope: caller.scope };
  }
}

interface Seen {
  readonly status: number;
  readonly json: { tokenId?: string; again?: string; scope?: string; statusCode?: number };
  readonly port: number | undefined;
}

function ask(agent: Agent, url: string, headers: Record<string, string>): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent, headers }, (response) => {
      const port = response.socket.localPort;
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, json: JSON.parse(text) as Seen['json'], port }));
    });
    request.on('error', reject).end();
  });
}

describe.each(platforms)('many requests, on %s', (platform) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(
      platform,
      rootModule({ imports: [ScalewayAuthModule.forRoot({ environment })], controllers: [WhoController] }),
    );
  });
  afterAll(() => running.close());

  /** Namespace tokens, container tokens, the same ones again, forged ones, and none. */
  const mixed = Array.from({ length: 120 }, (_, i) => {
    const id = `token ${i % 40}`;
    if (i % 4 === 2) return { sent: token({ jti: id }, foreignKey), expected: 401 };
    if (i % 4 === 3) return { sent: undefined, expected: 401 };
    const scope = i % 4 === 0 ? 'namespace' : 'application';
    return {
      sent: token({ jti: id, ...(scope === 'application' && forApplication(applicationId)) }),
      expected: { tokenId: id, again: id, scope },
    };
  });

  it('in flight at once each get their own claims', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 30 });
    const seen = await Promise.all(
      mixed
        .concat(mixed)
        .map(({ sent }) => ask(agent, `${running.url}/who`, sent === undefined ? {} : { 'X-Auth-Token': sent })),
    );
    agent.destroy();
    expect(seen.map(({ status, json }) => (status === 200 ? json : status))).toEqual(
      mixed.concat(mixed).map(({ expected }) => expected),
    );
  });

  it('on one connection each get their own claims, and none are left for the next', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const seen = await Promise.all(
      mixed
        .slice(0, 24)
        .map(({ sent }) => ask(agent, `${running.url}/who`, sent === undefined ? {} : { 'X-Auth-Token': sent })),
    );
    agent.destroy();
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1);
    expect(seen.map(({ status, json }) => (status === 200 ? json : status))).toEqual(
      mixed.slice(0, 24).map(({ expected }) => expected),
    );
  });
});
