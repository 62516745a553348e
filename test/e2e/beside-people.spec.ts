import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type Type,
  Req,
  UseGuards,
} from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import jsonwebtoken from 'jsonwebtoken';
import { SCALEWAY_JWT, ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwTokenClaims } from 'nestjs-scaleway-auth';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { type Answer, platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, foreignKey, forApplication, token } from '../support/issuer.js';

const SECRET = 'a secret for tokens of people, long enough for HS256';

/** How an application lets people in: with tokens of its own. */
@Injectable()
class PeopleStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor() {
    super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: SECRET, algorithms: ['HS256'] });
  }
  validate({ sub }: { sub: string }): object {
    return { person: sub };
  }
}

const person = () => `Bearer ${jsonwebtoken.sign({ sub: 'Ada' }, SECRET)}`;

/** Counts, and lets in whom a header tells it to: any guard of the application's own. */
@Injectable()
class TenantGuard implements CanActivate {
  static asked = 0;
  canActivate(context: ExecutionContext): Promise<boolean> {
    TenantGuard.asked++;
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    return Promise.resolve(headers['x-tenant'] === 'a');
  }
}

const describeUser = (user: unknown): object =>
  user instanceof ScwTokenClaims ? { container: user.scope } : (user as object);

@Controller()
class OrdersController {
  @UseGuards(AuthGuard([SCALEWAY_JWT, 'jwt']))
  @Get('either')
  either(@Req() { user }: { user?: unknown }): object {
    return describeUser(user);
  }
  @UseGuards(AuthGuard(['jwt', SCALEWAY_JWT]))
  @Get('other-order')
  otherOrder(@Req() { user }: { user?: unknown }): object {
    return describeUser(user);
  }
  @UseGuards(ScalewayAuthGuard, TenantGuard)
  @Get('before')
  before(@ScwClaims('scope') scope: string | undefined): object {
    return { scope };
  }
  @UseGuards(TenantGuard, ScalewayAuthGuard)
  @Get('after')
  after(@ScwClaims('scope') scope: string | undefined): object {
    return { scope };
  }
  /** A container calls on behalf of a person: both tokens, each in its own header. */
  @UseGuards(ScalewayAuthGuard, AuthGuard('jwt'))
  @Get('both')
  both(@Req() { user }: { user?: unknown }, @ScwClaims('scope') scope: string | undefined): object {
    return { user, scope };
  }
  @UseGuards(AuthGuard('jwt'), ScalewayAuthGuard)
  @Get('both-other-order')
  bothOtherOrder(@Req() { user }: { user?: unknown }, @ScwClaims('scope') scope: string | undefined): object {
    return { user, scope };
  }
}

const start = (platform: (typeof platforms)[number], env: object): Promise<RunningApp> =>
  startApp(
    platform,
    rootModule({
      imports: [ScalewayAuthModule.forRoot({ environment: env })],
      controllers: [OrdersController as Type],
      providers: [PeopleStrategy],
    }),
  );

const outcome = ({ status, json }: Answer): unknown => (status === 200 ? json : status);

describe.each(platforms)('on %s', (platform) => {
  let running: RunningApp;
  const ask = async (path: string, headers: Record<string, string> = {}) => outcome(await running.get(path, headers));
  afterAll(() => running.close());

  describe('a private container', () => {
    beforeAll(async () => void (running = await start(platform, environment)));

    describe.each(['/either', '/other-order'])('beside a strategy for people, %s', (path) => {
      it('lets containers and people in', async () => {
        expect(await ask(path, { 'X-Auth-Token': token() })).toEqual({ container: 'namespace' });
        expect(await ask(path, { Authorization: `Bearer ${token()}` })).toEqual({ container: 'namespace' });
        expect(await ask(path, { Authorization: person() })).toEqual({ person: 'Ada' });
      });
      it('logs no refusal of people who are let in, and each refusal by all with its reason', async () => {
        const logged = async (headers: Record<string, string>) => {
          const before = running.logs.length;
          await ask(path, headers);
          return running.logs.slice(before).map(({ message }) => (message as { reason: string }).reason);
        };
        expect(await logged({ Authorization: person() })).toEqual([]);
        expect(await logged({ 'X-Auth-Token': 'rubbish', Authorization: person() })).toEqual([]);
        expect(await logged({ 'X-Auth-Token': token() })).toEqual([]);
        expect(await logged({})).toEqual(['no_token']);
        expect(await logged({ 'X-Auth-Token': token({}, foreignKey) })).toEqual(['bad_signature']);
        expect(await logged({ Authorization: `${person()}x` })).toEqual(['unsupported_algorithm']);
      });
      it('lets nobody else in', async () => {
        expect(await ask(path)).toBe(401);
        expect(await ask(path, { 'X-Auth-Token': token({}, foreignKey) })).toBe(401);
        expect(await ask(path, { 'X-Auth-Token': token(forApplication('another')) })).toBe(401);
        expect(await ask(path, { Authorization: `${person()}x` })).toBe(401);
        // A person's token is none of Scaleway's, though both are JWTs: HS256 with the public key as its secret is no way in.
        const confused = jsonwebtoken.sign({ sub: 'Eve' }, environment.SCW_PUBLIC_KEY, { algorithm: 'HS256' });
        expect(await ask(path, { 'X-Auth-Token': confused })).toBe(401);
        expect(await ask(path, { Authorization: `Bearer ${confused}` })).toBe(401);
      });
    });

    it.each(['/before', '/after'])('asks every guard, in either order: %s', async (path) => {
      TenantGuard.asked = 0;
      expect(await ask(path, { 'X-Auth-Token': token(), 'X-Tenant': 'a' })).toEqual({ scope: 'namespace' });
      expect(await ask(path, { 'X-Auth-Token': token() })).toBe(403);
      expect(TenantGuard.asked).toBe(2);
      expect(await ask(path, { 'X-Tenant': 'a' })).toBe(401);
      // Nest asks in the order in which they are written, and no further than the first refusal.
      expect(TenantGuard.asked).toBe(path === '/before' ? 2 : 3);
    });

    it.each(['/both', '/both-other-order'])('keeps the caller and the person apart: %s', async (path) => {
      expect(await ask(path, { 'X-Auth-Token': token(), Authorization: person() })).toEqual({
        user: { person: 'Ada' },
        scope: 'namespace',
      });
      expect(await ask(path, { Authorization: person() })).toBe(401);
      expect(await ask(path, { 'X-Auth-Token': token() })).toBe(401);
    });
  });

  describe('a public container', () => {
    beforeAll(async () => {
      await running.close();
      running = await start(platform, { SCW_PUBLIC: 'true' });
    });

    it.each(['/either', '/other-order'])('lets people in and does not open to everybody: %s', async (path) => {
      expect(await ask(path, { Authorization: person() })).toEqual({ person: 'Ada' });
      expect(await ask(path)).toBe(401);
      expect(await ask(path, { 'X-Auth-Token': token() })).toBe(401);
    });
    it('checks people alone where both guards stand', async () => {
      expect(await ask('/both', { Authorization: person() })).toEqual({ user: { person: 'Ada' } });
      expect(await ask('/both')).toBe(401);
      expect(await ask('/before', { 'X-Tenant': 'a' })).toEqual({});
      expect(await ask('/before')).toBe(403);
    });
  });
});
