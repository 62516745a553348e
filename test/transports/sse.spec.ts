import { Controller, Sse, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwPublic, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { interval, map, type Observable, startWith } from 'rxjs';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, now, token } from '../support/issuer.js';
import { TOKEN_CASES } from './cases.js';

let streams = 0;

@UseGuards(ScalewayAuthGuard)
@Controller()
class NewsController {
  @Sse('news')
  news(@ScwClaims() caller: ScwTokenClaims | undefined): Observable<object> {
    streams++;
    return interval(100).pipe(
      startWith(0),
      map(() => ({ data: caller?.scope ?? 'nobody' })),
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

  /** The status, the challenge and what the stream says until it has said something after `milliseconds`. */
  async function listen(path: string, value?: string, milliseconds = 0): Promise<[number, string | null, string]> {
    const ends = Date.now() + milliseconds;
    const headers = value === undefined ? {} : { 'X-Auth-Token': value };
    const answer = await fetch(`${running.url}${path}`, { headers: headers as Record<string, string> });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { value: chunk, done } = await reader.read();
      text += chunk ?? '';
      if (done) break;
      if (!/data: \w+\n/.test(text)) continue;
      if (Date.now() < ends) text = '';
      else break;
    }
    await reader.cancel();
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
    const brief = token({ exp: now() + 2 });
    expect((await listen('/news', brief, 2200))[2]).toContain('data: namespace');
    expect((await listen('/news', brief))[0]).toBe(401);
  });
  it('are open where they are exempt, and on a public container', async () => {
    await start();
    expect((await listen('/weather'))[2]).toContain('data: nobody');
    await running.close();
    await start({ SCW_PUBLIC: 'true' });
    expect((await listen('/news'))[2]).toContain('data: nobody');
  });
});
