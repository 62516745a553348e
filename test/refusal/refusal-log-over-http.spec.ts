import { randomUUID } from 'node:crypto';
import { Controller, Get, Post, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { get, type LogLine, platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, foreignKey, forApplication, namespaceId, now, token } from '../support/issuer.js';

@UseGuards(ScalewayAuthGuard)
@Controller('orders')
class OrdersController {
  @Get(':id')
  one(): string {
    return 'one';
  }
  @Post()
  add(): string {
    return 'added';
  }
}

const refusals = (logs: readonly LogLine[]): LogLine[] => logs.filter(({ level }) => level !== 'log');

describe.each(platforms)('the log of refusals, on %s', (platform) => {
  let running: RunningApp;
  beforeEach(async () => {
    running = await startApp(
      platform,
      rootModule({ imports: [ScalewayAuthModule.forRoot({ environment })], controllers: [OrdersController] }),
    );
    running.logs.length = 0;
  });
  afterEach(() => running.close());

  /** What one request wrote: its fields, as a logger that writes JSON prints them. */
  async function loggedFor(headers: [string, string][], path = '/orders/secret-path?secret=query'): Promise<unknown> {
    await running.get(path, headers);
    const lines = refusals(running.logs);
    expect(lines.map(({ level, context }) => [level, context])).toEqual([['warn', 'ScalewayAuth']]);
    return JSON.parse(JSON.stringify(lines[0]!.message)) as unknown;
  }

  it('has a line with the reason, the status, the header, and the handler', async () => {
    expect(await loggedFor([['scw-functions-TOKEN', 'rubbish']])).toEqual({
      message: expect.any(String),
      reason: 'malformed',
      status: 401,
      header: 'scw-functions-token',
      handler: 'OrdersController.one',
    });
  });
  it('names no header where none carried anything', async () => {
    expect(await loggedFor([['X-Auth-Token', ' ']])).toEqual({
      message: expect.any(String),
      reason: 'no_token',
      status: 401,
      handler: 'OrdersController.one',
    });
  });
  it.each([
    ['x-auth-token', 'x'],
    ['scw-functions-token', 'x'],
    ['scw_functions_token', 'x'],
    ['authorization', 'Bearer x'],
  ])('names the header %s', async (name, value) => {
    expect(await loggedFor([[name.toUpperCase(), value]])).toMatchObject({ header: name });
  });
  it('names the header of an IAM key, and not the key', async () => {
    const key = randomUUID();
    const line = await loggedFor([['Authorization', `Bearer ${key}`]]);
    expect(line).toMatchObject({ reason: 'iam_key', header: 'authorization' });
    expect(JSON.stringify(line)).not.toContain(key);
  });
  it('has the jti of a token whose signature was verified', async () => {
    const jti = randomUUID();
    expect(await loggedFor([['X-Auth-Token', token({ ...forApplication('other'), jti })]])).toMatchObject({
      reason: 'wrong_application',
      status: 403,
      jti,
    });
  });
  it.each(['wrong_issuer', 'wrong_audience', 'bad_claim'])('has the jti for %s', async (reason) => {
    const jti = randomUUID();
    const claims = { wrong_issuer: { iss: 'x' }, wrong_audience: { aud: 'x' }, bad_claim: { application_claim: 1 } }[
      reason
    ];
    expect(await loggedFor([['X-Auth-Token', token({ ...claims, jti })]])).toMatchObject({ reason, jti });
  });
  it('has no jti that a stranger wrote', async () => {
    const jti = randomUUID();
    const line = await loggedFor([['X-Auth-Token', token({ jti }, foreignKey)]]);
    expect(line).toMatchObject({ reason: 'bad_signature' });
    expect(line).not.toHaveProperty('jti');
    expect(JSON.stringify(line)).not.toContain(jti);
  });
  it('has no jti of an expired token, whose signature is not looked at', async () => {
    const jti = randomUUID();
    expect(
      JSON.stringify(await loggedFor([['X-Auth-Token', token({ jti, exp: now() - 1 }, foreignKey)]])),
    ).not.toContain(jti);
  });
  it('has no jti that is not text', async () => {
    expect(await loggedFor([['X-Auth-Token', token({ jti: { a: 1 }, iss: 'x' })]])).not.toHaveProperty('jti');
  });
  it('never has the URL, the token, or an id of this container', async () => {
    const sent = token(forApplication('other'));
    await loggedFor([['X-Auth-Token', sent]]);
    const text = JSON.stringify(running.logs);
    for (const secret of ['secret-path', 'secret=', ...sent.split('.'), namespaceId])
      expect(text).not.toContain(secret);
  });
  it('names the handler of another method', async () => {
    await get(`${running.url}/orders`, { 'Content-Length': '0' }, 'POST');
    expect(refusals(running.logs)[0]!.message).toMatchObject({ handler: 'OrdersController.add' });
  });
  it('has no line for a request that is let in', async () => {
    expect((await running.get('/orders/1', { 'X-Auth-Token': token() })).status).toBe(200);
    expect(refusals(running.logs)).toEqual([]);
  });

  it('has a bounded number of lines a second for each reason, and the count of those left out', async () => {
    const sent = 50;
    const began = Date.now();
    const answers = await Promise.all(Array.from({ length: sent }, () => running.get('/orders/1')));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(sent).fill(401));
    const lines = refusals(running.logs).length;
    // Another reason has a bound of its own.
    await running.get('/orders/1', { 'X-Auth-Token': 'rubbish' });
    expect(refusals(running.logs).at(-1)!.message).toMatchObject({ reason: 'malformed' });
    const seconds = Math.ceil((Date.now() - began + 1) / 1000);
    expect(lines).toBeLessThanOrEqual(20 * seconds);

    await running.close();
    const fields = refusals(running.logs).map(({ message }) => message as { reason: string; omitted?: number });
    const ofThisReason = fields.filter(({ reason }) => reason === 'no_token');
    const omitted = ofThisReason.reduce((sum, line) => sum + (line.omitted ?? 0), 0);
    expect(omitted).toBeGreaterThan(0);
    for (const { message } of refusals(running.logs))
      expect(message).toMatchObject({
        message: 'omitted' in (message as object) ? 'More requests refused' : 'Request refused',
      });
    expect(ofThisReason.filter((line) => line.omitted === undefined).length + omitted).toBe(sent);
  });
});
