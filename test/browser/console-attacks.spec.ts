import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchChromium } from './chromium.js';
import { ConsoleRun } from './console-page.js';

/** Runs in the attacker's page, which is taken to know the key: what it can read. */
const attempts = ({ origin, key }: ConsoleRun) => `(async () => {
  const tried = (path, init) => fetch('${origin}' + path, init).then(({ type, status }) => type + status, () => 'blocked');
  const headers = { 'X-Auth-Token': '${key}' };
  const body = '{"kind":"container"}';
  return Promise.all([
    tried('/console/state', { headers }),
    tried('/console/tokens', { method: 'POST', headers, body }),
    tried('/local/containers', { headers }),
    tried('/containers/v1beta1/regions/fr-par/containers', { headers }),
  ]);
})()`;

describeInBrowser('another web page in the same Chromium', () => {
  let run: ConsoleRun;
  let browser: Browser;
  let site: Server;
  let attacker: Page;

  beforeAll(async () => {
    run = await ConsoleRun.start();
    site = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>hostile</title>');
    }).listen(0, '127.0.0.1');
    // A name of the attacker's that resolves to this machine, as in DNS rebinding.
    browser = await launchChromium('--host-resolver-rules=MAP evil.example 127.0.0.1');
  }, 60_000);
  beforeEach(async () => {
    attacker = await browser.newPage();
    await attacker.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  });
  afterEach(() => attacker.close());
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await run?.stop();
  });

  it('reads nothing, not even with the key', async () => {
    expect(await attacker.evaluate(attempts(run))).toEqual(['blocked', 'blocked', 'blocked', 'blocked']);
  });

  it('reads nothing with the Origin null', async () => {
    await attacker.goto('data:text/html,<title>opaque</title>');
    expect(await attacker.evaluate('window.origin')).toBe('null');
    expect(await attacker.evaluate(attempts(run))).toEqual(['blocked', 'blocked', 'blocked', 'blocked']);
  });

  it('gets 403 under a name that resolves to this machine', async () => {
    const answer = await attacker.goto(run.address.replace('127.0.0.1', 'evil.example'));
    expect(answer!.status()).toBe(403);
    expect(await answer!.text()).not.toContain('console.js');
    // Its scripts would be of the same origin there.
    const sameOrigin = { origin: '', key: run.key } as ConsoleRun;
    expect(await attacker.evaluate(attempts(sameOrigin))).toEqual(['basic403', 'basic403', 'basic403', 'basic403']);
  });

  it('cannot frame the console, nor load its script', async () => {
    await attacker.setContent(`<iframe src="${run.address}"></iframe><script src="${run.origin}/console.js"></script>`);
    const script = attacker.waitForEvent('requestfailed', (request) => request.url().endsWith('console.js'));
    await attacker.setContent(`<iframe src="${run.address}"></iframe><script src="${run.origin}/console.js"></script>`);
    await script;
    await attacker.waitForTimeout(300);
    expect(attacker.frames()[1]?.url()).toBe('chrome-error://chromewebdata/');
  });

  it('cannot reach into a console that it opened', async () => {
    const opening = attacker.waitForEvent('popup');
    await attacker.evaluate(`window.opened = window.open('${run.address}')`);
    const popup = await opening;
    await popup.locator('#kinds button').first().waitFor();
    // Cross-Origin-Opener-Policy: the two no longer know each other.
    expect(await attacker.evaluate('window.opened.closed')).toBe(true);
    expect(await popup.evaluate('window.opener')).toBeNull();
  });
});
