import { Controller, Get, UseGuards } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import jsonwebtoken from 'jsonwebtoken';
import { ScalewayAuthGuard, ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { addScwSecurity } from 'nestjs-scaleway-auth/swagger';
import { type Answer, platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, foreignKey, token } from '../support/issuer.js';
import { People, type Person, PersonOrContainerGuard, ReportsController } from './programs/person-or-container.js';
import { RecentTokenGuard } from './programs/recent-token.guard.js';
import { logRequests } from './programs/request-log.js';

const SECRET = 'a secret for tokens of people, long enough for HS256';
const bearer = () => ({ Authorization: `Bearer ${jsonwebtoken.sign({ name: 'Ada' }, SECRET)}` });

class JwtPeople extends People {
  verify(sent: string): Promise<Person | undefined> {
    try {
      return Promise.resolve(jsonwebtoken.verify(sent, SECRET, { algorithms: ['HS256'] }) as Person);
    } catch {
      return Promise.resolve(undefined);
    }
  }
}

@UseGuards(ScalewayAuthGuard, RecentTokenGuard)
@Controller('recent')
class RecentController {
  @Get()
  get() {
    return {};
  }
}

const root = (env: object) =>
  rootModule({
    imports: [ScalewayAuthModule.forRoot({ environment: env, headers: ['X-Auth-Token', 'SCW-Functions-Token'] })],
    controllers: [ReportsController, RecentController],
    providers: [{ provide: People, useClass: JwtPeople }, PersonOrContainerGuard],
  });

const outcome = ({ status, json }: Answer): unknown => (status === 200 ? json : status);

describe.each(platforms)('the recipes on %s', (platform) => {
  let running: RunningApp;
  const ask = async (path: string, headers: Record<string, string> = {}) => outcome(await running.get(path, headers));
  afterEach(() => running.close());

  it('let in a person or a container, and log no refusal of people', async () => {
    running = await startApp(platform, root(environment));
    expect(await ask('/reports', { 'X-Auth-Token': token() })).toEqual({ container: 'namespace' });
    expect(await ask('/reports', bearer())).toEqual({ person: 'Ada' });
    expect(running.logs.filter(({ level }) => level === 'warn')).toEqual([]);
    expect(await ask('/reports')).toBe(401);
    expect(await ask('/reports', { Authorization: `Bearer ${token()}` })).toBe(401);
    expect(await ask('/reports', { Authorization: 'Bearer rubbish' })).toBe(401);
    // A token that fails is refused, whoever else asks with it.
    expect(await ask('/reports', { ...bearer(), 'X-Auth-Token': token({}, foreignKey) })).toBe(401);
    expect(running.logs.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: { reason: 'bad_signature', handler: 'ReportsController.list' } },
    ]);
  });
  it('ask people alone on a public container', async () => {
    running = await startApp(platform, root({ SCW_PUBLIC: 'true' }));
    expect(await ask('/reports', bearer())).toEqual({ person: 'Ada' });
    expect(await ask('/reports')).toBe(401);
    expect(await ask('/recent')).toEqual({});
  });
  it('describe either of the two', async () => {
    running = await startApp(platform, root(environment));
    const config = addScwSecurity(new DocumentBuilder().addBearerAuth()).build();
    const document = SwaggerModule.createDocument(running.app, config);
    expect(document.paths['/reports']!.get!.security).toEqual([{ bearer: [] }, { 'scaleway-token': [] }]);
  });

  it('want a recent token on one route', async () => {
    running = await startApp(platform, root(environment));
    const hoursAgo = (hours: number) => Math.floor(Date.now() / 1000) - hours * 3600;
    expect(await ask('/recent', { 'X-Auth-Token': token() })).toEqual({});
    expect(await ask('/recent', { 'X-Auth-Token': token({ iat: hoursAgo(2), nbf: hoursAgo(2) }) })).toBe(401);
    expect(await ask('/recent', { 'X-Auth-Token': token({ iat: undefined }) })).toBe(401);
    expect(await ask('/recent', { 'X-Auth-Token': token({ exp: undefined }) })).toBe(401);
    expect(await ask('/reports', { 'X-Auth-Token': token({ exp: undefined }) })).toEqual({ container: 'namespace' });
  });

  it('keep tokens out of the log of requests', async () => {
    const lines: string[] = [];
    running = await startApp(platform, root(environment), (app) =>
      logRequests(app, { stream: { write: (line: string) => void lines.push(line) } }),
    );
    const sent = { ...bearer(), 'X-Auth-Token': token(), 'SCW-Functions-Token': token(), Cookie: 'session=secret' };
    await ask('/reports', { ...sent, 'X-Request-Id': 'kept' });
    expect(lines.join('')).toContain('"x-request-id":"kept"');
    expect(lines.join('')).toContain('"x-auth-token":"[Redacted]"');
    for (const value of Object.values(sent)) expect(lines.join('')).not.toContain(value.replace('Bearer ', ''));
  });
});
