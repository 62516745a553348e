// `npm start`: builds, then runs the sample as a private container on a local platform, and shows how to call it.
import { spawnSync } from 'node:child_process';
import { setInterval } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {import('../lib/cli/local-run.js').LocalPlace} LocalPlace
 * @typedef {typeof import('../lib/cli/local-run.js')} LocalRun
 */

const HEALTH_POLL_MS = 100;
// Not there yet when this file is type-checked.
const LOCAL_RUN = '../dist/esm/cli/local-run.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

// A reader that leaves must not crash this process and leave the sample behind.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** @type {LocalRun} */
const { runOnLocalPlatform } = await import(LOCAL_RUN);
try {
  process.exitCode = await runOnLocalPlatform({
    command: [process.execPath, 'dist/sample/main.js'],
    env: process.env,
    // Any free one: the lines to paste name it.
    platformPort: 0,
    withSibling: true,
    onStart(place, ended) {
      // Not awaited: the sample starts when this returns.
      void introduce(place, ended);
    },
  });
} catch (error) {
  console.error(`npm start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

/**
 * @param {LocalPlace} place
 * @param {AbortSignal} ended
 */
async function introduce({ platform, container, others, port }, ended) {
  const url = `http://127.0.0.1:${port}`;
  const [ofNamespace, ofContainer, ofSibling] = await Promise.all([
    platform.issueToken(container.namespace),
    platform.issueToken(container),
    platform.issueToken(/** @type {NonNullable<typeof others>} */ (others).sibling),
  ]);
  if (!(await listens(url, ended))) return;
  const issue = `${platform.url}/containers/v1beta1/regions/fr-par/issue-jwt?container_id=${container.id}`;
  console.log(`
The sample listens on ${url}, as a private Scaleway container does: GET /whoami requires a token, GET /health none.
${platform.url} plays Scaleway and issues the tokens. Paste a line, or open the console; Ctrl-C ends everything.

Console: ${platform.consoleUrl}

With a token for its namespace:
${curl(`${url}/whoami`, 200, ofNamespace)}

With a token for this container:
${curl(`${url}/whoami`, 200, ofContainer)}

Without a token:
${curl(`${url}/whoami`, 401)}

With a token for another container of the namespace:
${curl(`${url}/whoami`, 403, ofSibling)}

To issue a new token for this container:
${curl(issue, 200, platform.secretKey)}
`);
}

/**
 * @param {string} url
 * @param {number} expected
 * @param {string} [token]
 */
function curl(url, expected, token) {
  return `curl -i${token === undefined ? '' : ` -H 'X-Auth-Token: ${token}'`} '${url}' # ${expected}`;
}

/**
 * Waits until the sample answers; false when it has ended before.
 *
 * @param {string} url
 * @param {AbortSignal} ended
 */
async function listens(url, ended) {
  for await (const _ of setInterval(HEALTH_POLL_MS)) {
    if (ended.aborted) return false;
    try {
      const response = await fetch(`${url}/health`, { headers: { Connection: 'close' }, signal: ended });
      if (response.ok) return true;
    } catch {
      // Not yet.
    }
  }
  return false;
}
