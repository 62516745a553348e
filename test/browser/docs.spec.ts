import { LocalScalewayPlatform, type LocalContainer } from 'nestjs-scaleway-auth/platform';
import type { Browser, Page } from 'playwright-core';
import { freePort, start, untilListening } from '../support/process.js';
import { describeInBrowser, launchChromium } from './chromium.js';
import { DocsPage } from './docs-page.js';

describeInBrowser.each(['express', 'fastify'])("the sample's page in Chromium, on %s", (HTTP_PLATFORM) => {
  const platform = new LocalScalewayPlatform();
  let container: LocalContainer;
  let browser: Browser;
  let tab: Page;
  let page: DocsPage;
  let stopSample: () => Promise<unknown>;
  const failedLoads: string[] = [];

  beforeAll(async () => {
    container = platform.addContainer(await platform.addNamespace());
    const PORT = String(await freePort());
    const env = { ...platform.environmentOf(container), HTTP_PLATFORM, PORT };
    const { child, finished } = start(process.execPath, ['dist/sample/main.js'], env);
    stopSample = () => (child.kill('SIGKILL'), finished);
    const url = `http://127.0.0.1:${PORT}`;
    await untilListening(`${url}/health`);
    browser = await launchChromium();
    tab = await browser.newPage({ viewport: { width: 1000, height: 1210 } });
    tab.on('response', (response) => {
      if (!response.ok() && !response.url().endsWith('/whoami')) failedLoads.push(response.url());
    });
    page = new DocsPage(tab);
    await page.open(url);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await stopSample?.();
  });

  it('shows which routes want a token', async () => {
    expect(failedLoads).toEqual([]);
    expect([await page.hasLock('/whoami'), await page.hasLock('/health')]).toEqual([true, false]);
  });

  it('is refused without a token, as it documents', async () => {
    const { status, sent } = await page.callWhoami();
    expect(sent).not.toHaveProperty('x-auth-token');
    expect(status).toBe(401);
    expect(await page.answersOf('/whoami')).toEqual(['200', '401', '403']);
  });

  it('gets the claims with a token of the platform', async () => {
    const token = await platform.issueToken(container.namespace);
    await page.authorize(token);
    const { status, body, sent } = await page.callWhoami();
    expect(sent['x-auth-token']).toBe(token);
    expect({ status, body }).toEqual({
      status: 200,
      body: { namespaceId: container.namespace.id, applicationId: null, scope: 'namespace' },
    });
    // Makes the picture of the README: SCREENSHOT=docs/images/swagger.png
    const picture = process.env['SCREENSHOT'];
    if (picture) await tab.screenshot({ path: picture });
  });

  it('is refused with a wrong token, and with one for another container', async () => {
    const token = await platform.issueToken(container);
    await page.authorize(`${token.slice(0, -8)}AAAAAAAA`);
    expect(await page.callWhoami()).toMatchObject({
      status: 401,
      body: { statusCode: 401, message: 'Unauthorized' },
    });
    await page.authorize(await platform.issueToken(platform.addContainer(container.namespace)));
    expect((await page.callWhoami()).status).toBe(403);
  });
});
