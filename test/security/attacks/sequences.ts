import { Agent, request as httpRequest } from 'node:http';
import { jest } from '@jest/globals';
import { Controller, Get, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims } from 'nestjs-scaleway-auth';
import { exchange, rootModule, type RunningApp, startApp } from '../../support/app.js';
import { environment, foreignKey, signatureBytes, token } from '../../support/issuer.js';
import type { Probe } from '../../support/probe.js';
import type { AttackGroup } from '../attack.js';
import { parts, wire, withPart } from '../forge.js';

/** A whole second; the application runs in this process, on this clock. */
const T = 2_000_000_000;

/** What a token is answered at each of some times, in seconds from T. */
async function at({ ask }: Probe, sent: string, ...seconds: number[]): Promise<string> {
  const ends: string[] = [];
  try {
    for (const offset of seconds) {
      jest.spyOn(Date, 'now').mockReturnValue((T + offset) * 1000);
      ends.push(await ask(sent));
    }
  } finally {
    jest.restoreAllMocks();
  }
  return ends.join(', ');
}

async function inTurn({ ask }: Probe, ...sent: string[]): Promise<string> {
  const ends: string[] = [];
  for (const each of sent) ends.push(await ask(each));
  return ends.join(', ');
}

@UseGuards(ScalewayAuthGuard)
@Controller()
class WhoController {
  @Get('who')
  who(@ScwClaims('tokenId') tokenId: string): string {
    return tokenId;
  }
}

/** An application that tells who called. */
async function withWho<T>(
  { platform, options: { cacheSize } }: Probe,
  run: (app: RunningApp) => Promise<T>,
): Promise<T> {
  const imports = [ScalewayAuthModule.forRoot({ environment, cacheSize })];
  const app = await startApp(platform, rootModule({ imports, controllers: [WhoController] }));
  try {
    return await run(app);
  } finally {
    await app.close();
  }
}

/** Who an application takes a caller for, or the status of its refusal. */
function who(app: RunningApp, sent: string | undefined, agent: Agent): Promise<string> {
  const headers = sent === undefined ? {} : { 'X-Auth-Token': sent };
  return new Promise((resolve, reject) => {
    httpRequest(`${app.url}/who`, { headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(response.statusCode === 200 ? text : String(response.statusCode)));
    })
      .on('error', reject)
      .end();
  });
}

/** Tokens of callers with short names. */
const callers = (...names: string[]) => Object.fromEntries(names.map((jti) => [jti, token({ jti })]));

export const sequences: AttackGroup = {
  title: 'Time, caches and connections',
  about: 'A request must not help or harm the next one. The tests move the clock; times are in milliseconds.',
  attacks: [
    {
      attack: 'a token that expires while it is remembered',
      source: 'RFC 7519 §4.1.4',
      answer: '200, 200, 401 expired, 401 expired',
      play: (target) => at(target, token({ iat: T, nbf: T, exp: T + 10 }), 0, 9.999, 10, 3600),
    },
    {
      attack: 'the same without `iat`',
      source: 'GHSA-x937-hj6v-793p (fast-jwt)',
      answer: '200, 200, 401 expired, 401 expired',
      play: (target) => at(target, token({ iat: undefined, nbf: undefined, exp: T + 10 }), 0, 9.999, 10, 3600),
    },
    {
      attack: 'the clock jumps back before a remembered token began, and forth again, and beyond its end and back',
      source: 'RFC 7519 §4.1.5',
      answer: '200, 401 not_yet_valid, 200, 401 expired, 200, 401 not_yet_valid, 200',
      play: (target) => at(target, token({ iat: T, nbf: T, exp: T + 100 }), 0, -3600, 1, 1e6, 2, -6, -5),
    },
    {
      attack: 'a token that was refused because it was too early is accepted when it is valid',
      source: 'RFC 7519 §4.1.5 (a refusal is not remembered)',
      answer: '401 not_yet_valid, 401 not_yet_valid, 200',
      play: (target) => at(target, token({ iat: T, nbf: T, exp: T + 100 }), -60, -5.001, -5),
    },
    {
      attack: 'another token with the end of a remembered one, and the end of a token with another before it',
      source: 'CVE-2026-35039 (fast-jwt: cache keys that collide)',
      answer: '200, 401 bad_signature, 401 bad_signature, 401 bad_signature, 200',
      play: (target) => {
        const known = token();
        const payload = parts(token({}, foreignKey))[1];
        const signature = `${parts(known)[2].slice(0, -80).replace(/./g, 'A')}${parts(known)[2].slice(-80)}`;
        return inTurn(
          target,
          known,
          withPart(known, 1, () => payload),
          withPart(known, 2, () => signature),
          withPart(
            withPart(known, 1, () => payload),
            2,
            () => signature,
          ),
          known,
        );
      },
    },
    {
      attack: 'the same token six times in a row',
      source: 'CVE-2026-35040 (fast-jwt: every second one refused)',
      answer: '200, 200, 200, 200, 200, 200',
      play: (target) => {
        const sent = token();
        return inTurn(target, ...Array.from({ length: 6 }, () => sent));
      },
    },
    {
      attack: 'two hundred forged tokens, then the genuine one, then a forged one again',
      source: 'CWE-400 (a cache filled by strangers)',
      answer: '200, 401 bad_signature, 200, 401 bad_signature',
      play: async (target) => {
        const known = token();
        const forged = Array.from({ length: 200 }, (_, i) =>
          withPart(known, 2, () => Buffer.alloc(signatureBytes, i + 1).toString('base64url')),
        );
        const ends = await inTurn(target, known, ...forged, known, forged[0]!);
        return ends.replace(/(401 bad_signature, )+/, '401 bad_signature, ');
      },
    },
    {
      attack: 'callers that take turns on one connection, among them forged tokens and none',
      source: 'CWE-488 (one session’s data in another)',
      answer: 'ann, bob, 401, ann, 401, bob, ann',
      play: (target) =>
        withWho(target, async (app) => {
          const agent = new Agent({ keepAlive: true, maxSockets: 1 });
          const { ann, bob } = callers('ann', 'bob');
          const ends: string[] = [];
          for (const sent of [ann, bob, token({ jti: 'ann' }, foreignKey), ann, undefined, bob, ann])
            ends.push(await who(app, sent, agent));
          agent.destroy();
          return ends.join(', ');
        }),
    },
    {
      attack: 'a hundred simultaneous requests of five callers, on many connections',
      source: 'CWE-362 (races), CWE-488',
      answer: 'each got its own name',
      play: (target) =>
        withWho(target, async (app) => {
          const agent = new Agent({ keepAlive: true, maxSockets: 20 });
          const known = Object.entries(callers('ann', 'bob', 'cid', 'dan', 'eve'));
          const sent = Array.from({ length: 100 }, (_, i) => known[(i * 7) % known.length]!);
          const got = await Promise.all(sent.map(([, text]) => who(app, text, agent)));
          agent.destroy();
          return got.every((name, i) => name === sent[i]![0]) ? 'each got its own name' : got.join(', ');
        }),
    },
    {
      attack: 'two simultaneous requests on one connection, the first or the second without a token',
      source: 'RFC 9112 §9.3.2 (pipelining)',
      answer: '200, 401 and 401, 200',
      play: async (probe) => {
        const both = async (...headers: string[][]) => {
          const [first, second] = headers.map((lines) => wire(lines).raw);
          const answers = await exchange(probe.url, first!.replace('Connection: close\r\n', '') + second!);
          return [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status).join(', ');
        };
        const line = `X-Auth-Token: ${token()}`;
        return `${await both([line], [])} and ${await both([], [line])}`;
      },
    },
    {
      attack: 'other spellings of a path, and other methods, without a token',
      source: 'CWE-647 (non-canonical paths), CWE-650',
      answer: 'never let in',
      play: async (probe) => {
        const paths = [
          '/%67uarded',
          '/guarded/',
          '//guarded',
          '/./guarded',
          '/x/../guarded',
          '/GUARDED',
          '/guarded%00',
          '/guarded;x',
          '/guarded/.',
          '\\guarded',
          '/guarded%2f',
          'http://localhost/guarded',
        ];
        const methods = ['HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'];
        const starts = [...paths.map((path) => `GET ${path}`), ...methods.map((method) => `${method} /guarded`)];
        for (const start of starts) {
          const answer = await exchange(probe.url, wire(['Content-Length: 0'], `${start} HTTP/1.1`).raw);
          if (/^HTTP\/1\.1 [1-3]/.test(answer) || answer.includes('let in')) return `${start}: ${answer}`;
        }
        return 'never let in';
      },
    },
    {
      attack:
        'what is no attack to us: a genuine token that somebody else has seen is let in until it ends, or is revoked',
      source: 'RFC 6750 §5.1 (replay), RFC 7519 §4.1.7',
      answer: '200, 200',
      play: (target) => {
        const stolen = token();
        return inTurn(target, stolen, stolen);
      },
    },
  ],
};
