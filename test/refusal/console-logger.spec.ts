import { jest } from '@jest/globals';
import {
  ConsoleLogger,
  Controller,
  Get,
  type INestApplication,
  type LoggerService,
  type LogLevel,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScalewayAuthGuard, ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { get, rootModule } from '../support/app.js';
import { environment, forApplication, token } from '../support/issuer.js';

@UseGuards(ScalewayAuthGuard)
@Controller()
class OrdersController {
  @Get('orders')
  list(): string {
    return 'orders';
  }
}

/** Nest's own logger, whose lines are kept on their way to stdout and stderr. */
describe('with the ConsoleLogger of Nest', () => {
  let app: INestApplication | undefined;
  let written: string[];

  async function start(logger: LoggerService | LogLevel[] | false, env: object = environment): Promise<string> {
    app = undefined;
    written = [];
    const keep = ((chunk: string | Uint8Array) => written.push(String(chunk)) > 0) as typeof process.stdout.write;
    jest.spyOn(process.stdout, 'write').mockImplementation(keep);
    jest.spyOn(process.stderr, 'write').mockImplementation(keep);
    const root = rootModule({
      imports: [ScalewayAuthModule.forRoot({ environment: env })],
      controllers: [OrdersController],
    });
    app = await NestFactory.create(root, { logger, abortOnError: false });
    await app.listen(0, '127.0.0.1');
    return `http://127.0.0.1:${app.getHttpServer().address().port}/orders`;
  }
  afterEach(async () => {
    await app?.close();
    jest.restoreAllMocks();
  });

  const warnings = (): string[] => written.filter((line) => /warn|WARN/.test(line));

  it('prints the fields in its JSON', async () => {
    const url = await start(new ConsoleLogger({ json: true }));
    await get(url, { 'X-Auth-Token': token({ ...forApplication('other'), jti: 'the-token' }) });
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(warnings()[0]!)).toMatchObject({
      level: 'warn',
      context: 'ScalewayAuth',
      message: {
        reason: 'wrong_application',
        status: 403,
        header: 'x-auth-token',
        handler: 'OrdersController.list',
        jti: 'the-token',
      },
    });
  });

  it('prints one line of text', async () => {
    const url = await start(new ConsoleLogger({ colors: false }));
    await get(url, { 'X-Auth-Token': token({ ...forApplication('other'), jti: 'the-token' }) });
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatch(
      /^[^\n]+ WARN \[ScalewayAuth\] [^\n]*reason=wrong_application status=403 header=x-auth-token handler=OrdersController\.list jti=the-token\n$/,
    );
  });

  it('prints one line of text for a request without a token, and names nothing that is not there', async () => {
    const url = await start(new ConsoleLogger({ colors: false }));
    await get(url);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatch(/^[^\n]+reason=no_token status=401 handler=OrdersController\.list\n$/);
    expect(warnings()[0]).not.toContain('undefined');
  });

  it.each<[string, LoggerService | LogLevel[] | false]>([
    ['the ConsoleLogger', new ConsoleLogger({ colors: false })],
    ['a ConsoleLogger without errors', new ConsoleLogger({ logLevels: ['log'] })],
    ['a level that is no error', ['log']],
    ['nothing', false],
    ['a logger that prints nothing', { log: () => {}, warn: () => {}, error: () => {} }],
  ])('prints the reason for which the application does not boot once, with %s', async (_name, logger) => {
    await expect(start(logger, { ...environment, SCW_PUBLIC_KEY: undefined })).rejects.toThrow('SCW_PUBLIC_KEY');
    expect(written.join('').split('SCW_PUBLIC_KEY is not set')).toHaveLength(2);
  });

  it('prints one line of text even for a jti with newlines', async () => {
    const url = await start(new ConsoleLogger({ colors: false }));
    await get(url, { 'X-Auth-Token': token({ ...forApplication('other'), jti: 'a\nb\r\u001b[31mc\u2028d' }) });
    expect(warnings()).toHaveLength(1);
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(warnings()[0]).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u2028\u2029]|\n./);
    expect(warnings()[0]).toContain('jti=a?b??[31mc?d');
  });
});
