import { setTimeout as delay } from 'node:timers/promises';
import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';

// Faults on purpose, each of which one judgement must find: `npm run soak -- --break <name>`.
const FAULTS = {
  /** One answer names another caller. */
  jti: (_app, _drain, isSoaked) => {
    let last;
    let done = false;
    // Mixed into one answer's JSON, as if two requests had shared a variable.
    const { stringify } = JSON;
    JSON.stringify = (value, ...rest) => {
      const jti = value?.jti;
      if (jti === undefined || done || !isSoaked()) return stringify(value, ...rest);
      if (last !== undefined && last !== jti) {
        done = true;
        return stringify({ jti: last }, ...rest);
      }
      last = jti;
      return stringify(value, ...rest);
    };
  },
  /** Requests without a token get in with the one of whoever came before. */
  verdict: (app) => {
    let borrowed;
    app.getHttpServer().prependListener('request', ({ headers }) => {
      borrowed = headers['x-auth-token'] ?? borrowed;
      if (!Object.keys(headers).some((name) => /token|authorization/.test(name))) headers['x-auth-token'] = borrowed;
    });
  },
  /** The module itself fails, once. */
  unexpected: (app, _drain, isSoaked) => {
    const verifier = app.get(ScalewayTokenVerifier);
    verifier.verify = (request) => {
      if (!isSoaked()) return verifier.verifySync(request);
      delete verifier.verify;
      return { accepted: false, reason: 'unexpected', error: new Error('on purpose') };
    };
  },
  /** One request is never answered. */
  silence: (app, _drain, isSoaked) => {
    let left = 1;
    const [handler] = app.getHttpServer().listeners('request').slice(-1);
    app.getHttpServer().removeListener('request', handler);
    app.getHttpServer().on('request', (request, response) => {
      if (isSoaked() && left-- > 0) return;
      handler(request, response);
    });
  },
  /** Eight megabytes a second that stay on the heap: much, so that a run of seconds shows it. */
  heap: () => keepMore(() => Array.from({ length: 1_048_576 }, (_, i) => i + 0.5)),
  /** 64 megabytes a second outside of the heap. */
  rss: () => keepMore(() => Buffer.alloc(64 << 20, 1)),
  rejection: () => void setTimeout(() => void Promise.reject(new Error('on purpose')), 1500),
  exception: () =>
    void setTimeout(() => {
      throw new Error('on purpose');
    }, 1500),
  /** The event loop is held up. */
  block: () =>
    void setInterval(() => {
      const until = performance.now() + 800;
      while (performance.now() < until);
    }, 1500).unref(),
  /** Nest's and Node's own way to end a server. */
  drain: (_app, drain) => {
    drain.beforeApplicationShutdown = () => drain.onBegin(0);
  },
  /** What was under way at SIGTERM is cut. */
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

export const FAULT_NAMES = Object.keys(FAULTS);

export function breakOnPurpose(name, app, drain) {
  if (name === undefined) return;
  // Faults that happen once wait until every kind of request was seen.
  FAULTS[name](app, drain, () => drain.received > 1000);
}

const kept = [];
function keepMore(make) {
  setInterval(() => kept.push(make()), 1000).unref();
}
