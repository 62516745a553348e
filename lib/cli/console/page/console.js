// The console of `dev`. All data comes from its own server, and is shown as text, not as markup.

const key = location.hash.slice(1);
const POLL_MS = 2000;

const $ = (id) => document.getElementById(id);

/** An element with text or elements in it. */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

async function call(path, body) {
  const response = await fetch(`/console/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'X-Auth-Token': key },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const json = await response.json();
  if (response.ok) return json;
  const isKey = response.status === 401;
  throw new Error(isKey ? 'This address is from an earlier run. Open the address that dev printed.' : json.message);
}

let state;
let shownContainers;

function showState() {
  const { expected, current } = state.port;
  const listens =
    current === null
      ? `Waiting for the container to listen on port ${expected}.`
      : `The container listens on port ${current}${current === expected ? '' : ` instead of ${expected} (PORT)`}.`;
  if ($('status').textContent !== listens) $('status').textContent = listens;
  $('status').className = current === expected ? 'good' : 'bad';
  if ($('kinds').childElementCount === 0) $('kinds').append(...state.kinds.map(kindButton));
  showContainers();
  showRefusals();
}

function kindButton({ kind, label, answer }) {
  const button = element('button', { 'data-kind': kind }, label, ' ', element('small', {}, answer));
  button.addEventListener(
    'click',
    doing(async () => {
      const { token } = await call('tokens', { kind });
      $('token').value = token;
      await check();
    }),
  );
  return button;
}

function showContainers() {
  const ids = state.containers.map(({ id }) => id).join();
  // Rebuilt only if the containers have changed, so that open details stay open.
  if (ids === shownContainers) return;
  shownContainers = ids;
  const namespaces = Map.groupBy(state.containers, ({ namespaceId }) => namespaceId);
  $('containers').replaceChildren(
    ...[...namespaces].flatMap(([id, containers]) => [
      element('h3', {}, 'Namespace ', element('code', {}, id)),
      ...containers.map(containerDetails),
    ]),
  );
}

function containerDetails({ label, id, environment }) {
  const lines = (line) => Object.entries(environment).map(line).join('\n');
  const dotEnv = lines(([name, value]) => `${name}="${value.replaceAll('\n', '\\n')}"`);
  const exports = lines(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`);
  return element(
    'details',
    {},
    element('summary', {}, `${label} `, element('code', {}, id)),
    element('div', { class: 'row' }, copyButton('Copy as .env', dotEnv), copyButton('Copy as export lines', exports)),
    element('pre', {}, dotEnv),
  );
}

function copyButton(label, text) {
  const button = element('button', {}, label);
  button.addEventListener('click', () => void copy(text, button));
  return button;
}

function showRefusals() {
  const rows = state.refusals.map(({ time, status, reason, handler, header, tokenId }) =>
    element(
      'tr',
      {},
      ...[time.slice(11, 19), status, reason, handler, header, tokenId].map((text) => element('td', {}, text)),
    ),
  );
  const titles = ['Time (UTC)', 'Status', 'Reason', 'Handler', 'Header', 'Token id'];
  const table = element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...titles.map((title) => element('th', { scope: 'col' }, title)))),
    element('tbody', {}, ...rows),
  );
  $('refusals').replaceChildren(rows.length > 0 ? table : element('p', { class: 'quiet' }, 'None so far.'));
}

async function check() {
  const token = $('token').value;
  const { accepted, status, reason, remedy, notes, checks, times, payload } = await call('inspect', { token });
  const marks = { passed: '✓', failed: '✗', 'not reached': '·' };
  const classes = { passed: 'good', failed: 'bad', 'not reached': 'quiet' };
  $('checks').replaceChildren(
    accepted
      ? element('p', { class: 'verdict good' }, 'Accepted')
      : element('p', { class: 'verdict bad' }, `Refused with ${status}, ${reason}: ${remedy}.`),
    ...notes.map((note) => element('p', {}, note)),
    element(
      'ul',
      {},
      ...checks.map(({ name, outcome }) =>
        element(
          'li',
          { class: classes[outcome] },
          `${marks[outcome]} ${name}${outcome === 'passed' ? '' : ` (${outcome})`}`,
        ),
      ),
    ),
    ...(payload === null ? [] : [element('pre', {}, payload)]),
    ...(times === undefined ? [] : [element('pre', {}, times.join('\n'))]),
  );
}

async function send() {
  const sent = await call('send', { token: $('token').value.trim(), method: $('method').value, path: $('path').value });
  if (sent.problem !== undefined) {
    $('answer').replaceChildren(element('p', { class: 'verdict bad' }, sent.problem));
    return;
  }
  const { status, statusText, challenge, body, isCut } = sent;
  $('answer').replaceChildren(
    element('p', { class: `verdict ${status < 400 ? 'good' : 'bad'}` }, `${status} ${statusText}`),
    ...(challenge === null ? [] : [element('p', {}, 'WWW-Authenticate: ', element('code', {}, challenge))]),
    element('pre', {}, body + (isCut ? '\n… (cut)' : '')),
  );
  setTimeout(refresh, 500);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    $('copied').textContent = `Copied (${button.textContent}).`;
  } catch {
    $('copied').textContent = 'The browser does not allow this page to copy. Select the text and copy it yourself.';
  }
}

function copyCurl() {
  const token = $('token').value.trim();
  const path = $('path').value;
  // The same rule as for Send. Another beginning, such as @, would change the host that gets the token.
  if (!/^\/[^\s]*$/.test(path)) {
    $('copied').textContent = 'Not copied, because the path must begin with / and contain no spaces.';
    return;
  }
  // Text for a terminal must not contain a hidden line break.
  if (/[^\t\x20-\x7e]/.test(token + path)) {
    $('copied').textContent = 'Not copied, because the token or the path has line breaks or is not ASCII.';
    return;
  }
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const method = $('method').value === 'GET' ? '' : ` -X ${$('method').value}`;
  const url = `http://localhost:${state.port.current ?? state.port.expected}${path}`;
  // -g: braces and brackets are no patterns.
  void copy(`curl -i -g${method} -H ${quote(`X-Auth-Token: ${token}`)} ${quote(url)}`, $('copy-curl'));
}

/** Runs something for an event, and shows what goes wrong. */
function doing(action) {
  return (event) => {
    event?.preventDefault();
    action().catch((error) => {
      $('status').textContent = error instanceof TypeError ? 'dev has ended or does not respond.' : error.message;
      $('status').className = 'bad';
    });
  };
}

const refresh = doing(async () => {
  state = await call('state');
  showState();
});

$('copy').addEventListener('click', () => void copy($('token').value, $('copy')));
$('copy-curl').addEventListener('click', copyCurl);
$('check').addEventListener('click', doing(check));
$('token').addEventListener('paste', () => setTimeout(doing(check)));
$('request').addEventListener('submit', doing(send));
addEventListener('hashchange', () => location.reload());
setInterval(() => {
  if (document.visibilityState === 'visible') refresh();
}, POLL_MS);
refresh();
