// `dev` makes Node load this file into the processes of its command (NODE_OPTIONS). The library does not import it. It sends the
// guard's events about refusals, which contain no token or key, to the console of that `dev` on this machine. It must not
// disturb the application: it ignores all failures and does not keep the process alive.
'use strict';

const { subscribe } = require('node:diagnostics_channel');

const DELAY_MS = 200;
const MAX_QUEUED = 20;

const target = process.env.NESTJS_SCALEWAY_AUTH_REPORT_TO;
let queue = [];
let timer;

function report(event) {
  try {
    queue.push({ time: new Date().toISOString(), ...event });
    // Under a flood of refusals, only the last ones.
    if (queue.length > MAX_QUEUED) queue.shift();
    timer ??= setTimeout(send, DELAY_MS).unref();
  } catch {}
}

function send() {
  timer = undefined;
  const body = JSON.stringify({ refusals: queue });
  queue = [];
  try {
    const { hash, hostname, port, pathname } = new URL(target);
    const headers = { 'X-Auth-Token': hash.slice(1), 'Content-Length': Buffer.byteLength(body) };
    const request = require('node:http').request({
      hostname,
      port,
      path: pathname,
      method: 'POST',
      headers,
      agent: false,
      timeout: 1000,
    });
    request.on('socket', (socket) => socket.unref());
    request.on('timeout', () => request.destroy());
    request.on('error', () => {});
    request.on('response', (response) => response.resume());
    request.end(body);
  } catch {}
}

if (target !== undefined && typeof subscribe === 'function') subscribe('nestjs-scaleway-auth:refused', report);
