import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {(app: import('@nestjs/common').INestApplication, drain: import('./drain.mjs').Drain, isSoaked: () => boolean) => void} Fault */

/**
 * Faults on purpose, each of which one judgement must find: `npm run soak -- --break <name>`.
 *
 * @type {Record<string, Fault>}
 */
const FAULTS = {
  /** One answer names another caller. */
  jti: (_app, _drain, isSoaked) => {
    /** @type {string | undefined} */
    let last;
    let done = false;
    // Mixed into one answer's JSON, as if two requests had shared a variable.
    const { stringify } = JSON;
    JSON.stringify = (/** @type {any} */ value, /** @type {any} */ replacer, /** @type {any} */ space) => {
      const jti = value?.jti;
      if (jti === undefined || done || !isSoaked()) return stringify(value, replacer, space);
      if (last !== undefined && last !== jti) {
        done = true;
        return stringify({ jti: last }, replacer, space);
      }
      last = jti;
      return stringify(value, replacer, space);
    };
  },
  /** Requests without a token get in with the one of whoever came before. */
  verdict: (app) => {
    /** @type {unknown} */
    let borrowed;
    app
      .getHttpServer()
      .prependListener('request', (/** @type {{ headers: Record<string, unknown> }} */ { headers }) => {
        borrowed = headers['x-auth-token'] ?? borrowed;
        if (!Object.keys(headers).some((name) => /token|authorization/.test(name))) headers['x-auth-token'] = borrowed;
      });
  },
  /** The module itself fails, once. */
  unexpected: (app, _drain, isSoaked) => {
    let left = 1;
    app.getHttpServer().prependListener('request', (/** @type {object} */ request) => {
      if (!isSoaked() || left-- <= 0) return;
      // Read by nobody but the module.
      Object.defineProperty(request, 'rawHeaders', {
        get: () => {
          throw new Error('on purpose');
        },
      });
    });
  },
  /** One request is never answered. */
  silence: (app, _drain, isSoaked) => {
    let left = 1;
    const [handler] = app.getHttpServer().listeners('request').slice(-1);
    app.getHttpServer().removeListener('request', handler);
    app.getHttpServer().on('request', (/** @type {unknown} */ request, /** @type {unknown} */ response) => {
      if (isSoaked() && left-- > 0) return;
      handler(request, response);
    });
  },
  /** Eight megabytes a second that stay on the heap: much, so that a run of seconds shows it. */
  heap: () => keepMore(() => Array.from({ length: 1_048_576 }, (_, i) => i + 0.5)),
  /** 64 megabytes a second outside of the heap. */
  rss: () => keepMore(() => Buffer.alloc(64 << 20, 1)),
  rejection: () => setTimeout(() => void Promise.reject(new Error('on purpose')), 1500),
  exception: () =>
    setTimeout(() => {
      throw new Error('on purpose');
    }, 1500),
  /** The event loop is held up. */
  block: () =>
    setInterval(() => {
      const until = performance.now() + 800;
      while (performance.now() < until);
    }, 1500).unref(),
  /** Nest's and Node's own way to end a server. */
  drain: (_app, drain) => {
    drain.beforeApplicationShutdown = async () => {
      await drain.onBegin(0);
    };
  },
  /** Requests in flight at SIGTERM are cut off. */
  cut: (app, drain) => {
    drain.beforeApplicationShutdown = async () => {
      await drain.onBegin(0);
      app.getHttpServer().closeAllConnections();
    };
  },
  /** New connections are still accepted after SIGTERM. */
  open: (_app, drain) => {
    drain.beforeApplicationShutdown = async () => {
      await drain.onBegin(0);
      await delay(1500);
    };
  },
  /** It does not end. */
  hang: (_app, drain) => {
    drain.onApplicationShutdown = () => new Promise(() => {});
    setInterval(() => {}, 1000);
  },
};

/**
 * @param {string | undefined} name
 * @param {import('@nestjs/common').INestApplication} app
 * @param {import('./drain.mjs').Drain} drain
 */
export function breakOnPurpose(name, app, drain) {
  if (name === undefined) return;
  const fault = FAULTS[name];
  if (fault === undefined) throw new Error(`There is no fault "${name}", only ${Object.keys(FAULTS).join(', ')}`);
  // Faults that happen once wait until every kind of request was seen.
  fault(app, drain, () => drain.received > 1000);
}

/** @type {unknown[]} */
const kept = [];

/** @param {() => unknown} make */
function keepMore(make) {
  setInterval(() => kept.push(make()), 1000).unref();
}
