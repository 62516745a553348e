import { Controller, Sse, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwPublic, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { interval, map, type Observable, startWith } from 'rxjs';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { later } from '../support/clock.js';
import { environment, now, token } from '../support/issuer.js';
import { TOKEN_CASES } from './cases.js';

let streams = 0;

@UseGuards(ScalewayAuthGuard)
@Controller()
class NewsController {
  @Sse('news')
  news(@ScwClaims() caller: ScwTokenClaims | undefined): Observable<object> {
    streams++;
    return interval(20).pipe(
      startWith(0),
      map(() => ({ data: `${caller?.scope ?? 'nobody'} at ${Date.now()}` })),
    );
  }
  @ScwPublic()
  @Sse('weather')
  weather(@ScwClaims() caller: ScwTokenClaims | undefined): Observable<object> {
    return this.news(caller);
  }
}

describe.each(platforms)('server-sent events on %s', (platform) => {
  let running: RunningApp;
  const start = async (env: object = environment) => {
    running = await startApp(
      platform,
      rootModule({ imports: [ScalewayAuthModule.forRoot({ environment: env })], controllers: [NewsController] }),
    );
  };
  beforeEach(() => void (streams = 0));
  afterEach(() => running.close());

  /** A stream, whose `next` is what it says until it has said something or has ended. */
  async function open(path: string, value?: string) {
    const headers = value === undefined ? {} : { 'X-Auth-Token': value };
    const answer = await fetch(`${running.url}${path}`, { headers: headers as Record<string, string> });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    async function next(): Promise<string> {
      let text = '';
      for (let done = false; !done && !/data: .+\n/.test(text);) {
        const read = await reader.read();
        text += read.value ?? '';
        ({ done } = read);
      }
      return text;
    }
    return { answer, next, end: () => reader.cancel() };
  }

  /** The status, the challenge and what the stream says first. */
  async function listen(path: string, value?: string): Promise<[number, string | null, string]> {
    const { answer, next, end } = await open(path, value);
    const text = await next();
    await end();
    return [answer.status, answer.headers.get('www-authenticate'), text];
  }

  it.each(TOKEN_CASES)('with $name: $ends', async ({ token: make, ends }) => {
    await start();
    const [status, challenge, text] = await listen('/news', make());
    if (typeof ends === 'string') {
      expect([status, challenge]).toEqual([200, null]);
      expect(text).toContain(`data: ${ends}`);
    } else {
      expect([status, streams]).toEqual([ends, 0]);
      expect(challenge).toContain('Bearer realm="Scaleway container"');
      expect(JSON.parse(text)).toEqual({ statusCode: ends, message: ends === 403 ? 'Forbidden' : 'Unauthorized' });
    }
  });
  it('are checked when the stream starts, and run on when the token has expired', async () => {
    await start();
    const exp = now() + 2;
    const brief = token({ exp });
    const stream = await open('/news', brief);
    expect(await stream.next()).toContain('data: namespace');
    await later(2200, async () => {
      let text: string;
      do text = await stream.next();
      while (Number(/ at (\d+)/.exec(text)?.[1]) < exp * 1000);
      expect(text).toContain('data: namespace');
      expect((await listen('/news', brief))[0]).toBe(401);
    });
    await stream.end();
  });
  it('are open where they are exempt, and on a public container', async () => {
    await start();
    expect((await listen('/weather'))[2]).toContain('data: nobody');
    await running.close();
    await start({ SCW_PUBLIC: 'true' });
    expect((await listen('/news'))[2]).toContain('data: nobody');
  });
});
