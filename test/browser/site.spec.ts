import { createReadStream, existsSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { root, run } from '../support/process.js';
import { describeInBrowser, launchChromium } from './chromium.js';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Serves a folder, as any static host does. */
function serve(folder: string): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://site');
    const path = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (!existsSync(path) || statSync(path).isDirectory()) response.writeHead(404).end();
    else {
      response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
      createReadStream(path).pipe(response);
    }
  }).listen(0, '127.0.0.1');
}

interface Found {
  /** Addresses of other pages, with their anchors. */
  readonly links: string[];
  readonly anchors: string[];
  readonly brokenImages: string[];
}

/** Runs in a page. */
const FIND = `({
  links: [...document.querySelectorAll('a[href]')].map(({ href }) => href).filter((href) => href.startsWith(location.origin)),
  anchors: [...document.querySelectorAll('[id]')].map(({ id }) => id),
  brokenImages: [...document.images].filter(({ complete, naturalWidth }) => complete && naturalWidth === 0).map(({ src }) => src),
})`;

describeInBrowser('the site of the manual in Chromium', () => {
  let server: Server;
  let origin: string;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const elsewhere: string[] = [];

  beforeAll(async () => {
    const { code, stderr } = await run(process.execPath, ['docs/site/build.mjs'], {});
    if (code !== 0) throw new Error(`npm run docs ended with ${code}: ${stderr}`);
    server = serve(join(root, 'docs/site/dist'));
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => request.url().startsWith(origin) || elsewhere.push(request.url()));
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it('has every page and every heading that a link leads to, and loads nothing from elsewhere', async () => {
    const anchors = new Map<string, Set<string>>();
    const anchored = new Map<string, string>();
    const waiting = [`${origin}/`];
    for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
      const [address = '', anchor = ''] = url.split('#');
      if (anchor !== '') anchored.set(url, decodeURIComponent(anchor));
      if (anchors.has(address)) continue;
      const answer = await page.goto(address, { waitUntil: 'load' });
      expect([address, answer?.status()]).toEqual([address, 200]);
      const found = await page.evaluate<Found>(FIND);
      expect([address, found.brokenImages]).toEqual([address, []]);
      anchors.set(address, new Set(found.anchors));
      waiting.push(...found.links);
    }
    expect(anchors.size).toBeGreaterThan(100);
    const lost = [...anchored].filter(([url, anchor]) => !anchors.get(url.split('#')[0] ?? '')?.has(anchor));
    expect(lost.map(([url]) => url.replace(origin, ''))).toEqual([]);
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
  }, 180_000);

  it('finds a reason by its name', async () => {
    await page.goto(`${origin}/`);
    await page.click('.DocSearch-Button');
    await page.fill('.VPLocalSearchBox input', 'wrong_application');
    const first = page.locator('.VPLocalSearchBox .result').first();
    await first.waitFor();
    await first.click();
    await page.waitForLoadState();
    expect(await page.textContent('main')).toContain('wrong_application');
  }, 30_000);

  it('documents every entry of the package', async () => {
    await page.goto(`${origin}/reference/`);
    const text = await page.textContent('main');
    for (const entry of ['platform', 'redis', 'swagger', 'testing', 'ws']) expect(text).toContain(entry);
  });
});
