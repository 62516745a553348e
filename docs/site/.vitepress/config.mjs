import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const NAME = 'nestjs-scaleway-auth';

/** What a newcomer reads first comes first. */
const MANUAL = {
  Start: [
    [NAME, '/'],
    ['Deploying', '/docs/deploying'],
    ['Cold start', '/docs/cold-start'],
    ['Running on a laptop', '/docs/local-platform'],
    ['Testing', '/docs/testing'],
    ['Troubleshooting', '/docs/troubleshooting'],
  ],
  Using: [
    ['Options', '/docs/options'],
    ['Decorators', '/docs/decorators'],
    ['GraphQL, WebSockets, gRPC', '/docs/transports'],
    ['Outside a guard', '/docs/outside-a-guard'],
    ['Getting tokens', '/docs/getting-tokens'],
    ['Calling containers', '/docs/calling-containers'],
    ['Revoking tokens', '/docs/revocation'],
    ['Monitoring', '/docs/monitoring'],
    ['Swagger', '/docs/swagger'],
    ['With @nestjs/passport', '/docs/passport'],
    ['With curl and an API tester', '/docs/api-tester'],
    ['Coming from another library', '/docs/migrating'],
  ],
  Background: [
    ['Scaleway’s own check, IAM keys', '/docs/behind-scaleway-and-iam'],
    ['Security model', '/docs/security-model'],
    ['Attacks and their tests', '/docs/security'],
    ['Compatibility', '/docs/compatibility'],
    ['Speed', '/docs/speed'],
    ['Decisions', '/docs/decisions/'],
  ],
};

/** The entries of the package, under the names that are imported. */
function reference() {
  /** @type {import('vitepress').DefaultTheme.SidebarItem[]} */
  const entries = JSON.parse(
    readFileSync(new URL('../.pages/reference/typedoc-sidebar.json', import.meta.url), 'utf8'),
  );
  return entries.map((entry) => ({ ...entry, text: entry.text === 'index' ? NAME : `${NAME}/${entry.text}` }));
}

/** As GitHub names the headings of a page, so that a link leads to the same place here and there. */
function slugify(/** @type {string} */ heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

export default defineConfig({
  title: NAME,
  description: 'NestJS module that checks the JSON Web Tokens of private Scaleway Serverless Containers',
  lang: 'en',
  srcDir: '.pages',
  outDir: 'dist',
  // A folder of somebody's server, as of GitHub Pages.
  base: process.env['DOCS_BASE'] ?? '/',
  ignoreDeadLinks: 'localhostLinks',
  metaChunk: true,
  // None, and no request for one.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: { anchor: { slugify } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Manual', link: '/' },
      { text: 'Reference', link: '/reference/' },
    ],
    sidebar: {
      '/reference/': reference(),
      '/': Object.entries(MANUAL).map(([text, pages]) => ({
        text,
        items: pages.map(([page, link]) => ({ text: page, link })),
      })),
    },
  },
});
