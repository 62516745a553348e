// By name, and loaded only when asked for: a server must not carry the modules of the others.

const LOADERS = {
  open: () => import('./open.mjs'),
  'no-op': () => import('./no-op.mjs'),
  // The same again in a process of its own: how far two equal things come out apart is what the run can resolve.
  'no-op again': async () => ({ ...(await import('./no-op.mjs')), label: 'a guard that does nothing, again (A/A)' }),
  us: () => import('./scaleway-auth.mjs'),
  'docs passport': () => import('./docs-passport.mjs'),
  'docs jwt': () => import('./docs-jwt.mjs'),
  'fast-jwt': () => import('./fast-jwt.mjs'),
  jose: () => import('./jose.mjs'),
  'aws-jwt-verify': () => import('./aws-jwt-verify.mjs'),
  'lean sync': async () => (await import('./limit.mjs')).leanGuard(false),
  'lean async': async () => (await import('./limit.mjs')).leanGuard(true),
  'bare sync': async () => (await import('./limit.mjs')).bareServer(false),
  'bare async': async () => (await import('./limit.mjs')).bareServer(true),
};

export const contestant = (name) => LOADERS[name]();

/** The libraries that a user would otherwise take. */
export const PEERS = ['docs passport', 'docs jwt', 'fast-jwt', 'jose', 'aws-jwt-verify'];

export const labelOf = async (name) => (await contestant(name)).label;
