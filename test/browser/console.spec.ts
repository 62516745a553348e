import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Browser } from 'playwright-core';
import { describeInBrowser, launchChromium } from './chromium.js';
import { ConsolePage, ConsoleRun } from './console-page.js';

describeInBrowser('the console of dev in Chromium', () => {
  let run: ConsoleRun;
  let browser: Browser;
  let view: ConsolePage;
  const complaints: string[] = [];
  const loaded = new Set<string>();

  beforeAll(async () => {
    run = await ConsoleRun.start();
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1100, height: 1000 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: run.origin });
    view = new ConsolePage(await context.newPage());
    view.page.on('console', (message) => complaints.push(message.text()));
    view.page.on('pageerror', (error) => complaints.push(error.message));
    view.page.on('request', (request) => loaded.add(new URL(request.url()).origin));
    await view.open(run.address);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await run?.stop();
  });

  it.each([
    ['This container', '200 OK', 'Accepted'],
    ['Its namespace', '200 OK', 'Accepted'],
    ['Sibling container', '403 Forbidden', 'Refused with 403, wrong_application'],
    ['Other namespace', '401 Unauthorized', 'Refused with 401, bad_signature'],
    ['Expired', '401 Unauthorized', 'Refused with 401, expired'],
    ['Ends in a minute', '200 OK', 'Accepted'],
    ['Forged', '401 Unauthorized', 'Refused with 401, bad_signature'],
  ])('makes a token with one click on %s, and the container answers %s', async (name, status, verdict) => {
    await view.make(name);
    expect(await view.checks()).toContain(verdict);
    const answer = await view.send();
    expect(answer).toContain(status);
    expect(answer.includes('WWW-Authenticate: Bearer realm="Scaleway container"')).toBe(status !== '200 OK');
  });

  it('copies a token bare, and as a curl line', async () => {
    await view.make('This container');
    const token = await view.token();
    await view.press('Copy', true);
    expect(await view.clipboard()).toBe(token);
    await view.page.fill('#path', "/it's");
    await view.press('Copy as curl');
    expect(await view.clipboard()).toBe(
      `curl -i -g -H 'X-Auth-Token: ${token}' 'http://localhost:${run.port}/it'\\''s'`,
    );
  });

  it('copies no curl line whose path would name another host', async () => {
    await view.page.fill('#path', '@evil.example/it');
    await view.press('Copy as curl');
    await view.page.getByText('Not copied, because the path must begin with /').waitFor();
    expect(await view.clipboard()).not.toContain('evil.example');
    await view.page.fill('#path', '/whoami');
  });

  it('copies no curl line with a line break in it', async () => {
    await view.page.fill('#token', "x'\nrm -rf ~\n'");
    await view.press('Copy as curl');
    await view.page.getByText('Not copied').waitFor();
    expect(await view.clipboard()).not.toContain('rm -rf');
  });

  it('shows the environment of a container, to copy in two forms that a shell and dotenv read', async () => {
    await view.page.locator('summary').first().click();
    await view.page.getByRole('button', { name: 'Copy as export lines' }).first().click();
    const line = 'printf %s "$SCW_PUBLIC_KEY"';
    const { stdout } = spawnSync('sh', ['-c', `${await view.clipboard()}\n${line}`], { encoding: 'utf8' });
    expect(stdout).toMatch(/^-----BEGIN RSA PUBLIC KEY-----\n[^]+\n-----END RSA PUBLIC KEY-----\n$/);
    await view.page.getByRole('button', { name: 'Copy as .env' }).first().click();
    const variables = parseEnv(await view.clipboard());
    expect(variables['SCW_PUBLIC']).toBe('false');
    expect(variables['SCW_PUBLIC_KEY']).toBe(stdout);
  });

  it('takes a pasted token, names what was pasted with it, and shows hostile text as text', async () => {
    const claims = Buffer.from('{"jti":"\u202e<img src=x onerror=alert(1)>"}').toString('base64url');
    await view.paste(`Bearer "eyJhbGciOiJub25lIn0.${claims}.x"`);
    await view.page.getByText('pasted with quotes').waitFor();
    const checks = await view.checks();
    for (const text of ['pasted with "Bearer"', 'unsupported_algorithm', '\\u202e<img src=x onerror=alert(1)>'])
      expect(checks).toContain(text);
    expect(await view.page.locator('img').count()).toBe(0);
  });

  it('lists the last refusals of the container', async () => {
    await view.page.fill('#token', 'no-token');
    await view.send();
    const row = view.page.locator('#refusals tbody tr').first();
    await row.getByText('malformed').waitFor();
    expect(await row.innerText()).toContain('WhoamiController.whoami');
  });

  it('can be used by keyboard alone', async () => {
    const { page } = view;
    await view.open(run.address);
    await page.reload();
    await page.locator('#kinds button').first().waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toContain('This container');
    await page.keyboard.press('Enter');
    await page.getByText('Accepted').waitFor();
    // To the field of the path: past the other kinds, the token, three buttons and the method.
    for (let i = 0; i < 12; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('/whoami');
    await page.keyboard.press('Enter');
    await page.getByText('200 OK').waitFor();
  });

  it('is readable in the light and in the dark: a contrast of 4.5 to 1 or more', async () => {
    const script = readFileSync('test/browser/contrast.js', 'utf8');
    for (const colorScheme of ['light', 'dark'] as const) {
      await view.page.emulateMedia({ colorScheme });
      const ratios = await view.page.evaluate<number[]>(script);
      expect(ratios.length).toBeGreaterThan(30);
      expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5);
    }
    await view.page.emulateMedia({ colorScheme: 'light' });
  });

  it('has made the picture of the manual, when told to', async () => {
    await view.make('Sibling container');
    expect(await view.send()).toContain('403');
    await view.page.locator('#refusals tbody tr').first().getByText('wrong_application').waitFor();
    // SCREENSHOT=docs/images/console.png
    const picture = process.env['SCREENSHOT'];
    if (picture) await view.page.screenshot({ path: picture, fullPage: true });
  });

  it('loads nothing from elsewhere, and gives the browser nothing to complain about', () => {
    expect([...loaded]).toEqual([run.origin]);
    expect(complaints).toEqual([]);
  });

  it('says that a key is of an earlier run, and that dev has ended', async () => {
    const old = await browser.newPage();
    await old.goto(`${run.origin}/#11111111-1111-4111-8111-111111111111`);
    await old.getByText('This address is from an earlier run').waitFor();
    await old.close();
    await run.stop();
    await view.page.getByText('dev has ended or does not respond.').waitFor();
  });
});
