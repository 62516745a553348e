// Which way imports may point: `npm run lint:imports`.

/** Each layer may import from those below it alone. */
const LAYERS = [
  ['module'],
  ['passport', 'guard'],
  ['decorators'],
  ['transports'],
  ['routes'],
  ['verification'],
  ['revocation'],
  ['request'],
  ['refusal'],
  ['container'],
];
const CORE = LAYERS.flat();

/** Entries import the core, which imports none of them; to the right what an entry may import of the others. */
const ENTRIES = {
  swagger: [],
  testing: [],
  ws: [],
  redis: [],
  platform: [],
  cli: ['platform', 'redis'],
};

/** What Nest is not needed for: a test, a script or another framework can use it alone. */
const WITHOUT_NEST = ['container', 'request', 'verification', 'platform/local'];

const inside = (folders) => `^lib/(${folders.join('|')})/`;
const without = (all, some) => all.filter((name) => !some.includes(name));

module.exports = {
  forbidden: [
    ...LAYERS.flatMap((layer, depth) =>
      layer.map((folder) => ({
        name: `${folder}-imports-downwards`,
        comment: `lib/${folder} imports from the layers below it alone.`,
        severity: 'error',
        from: { path: inside([folder]) },
        to: { path: inside(without(LAYERS.slice(0, depth + 1).flat(), [folder])) },
      })),
    ),
    {
      name: 'core-imports-no-entry',
      comment: 'Whoever imports the core must not load an entry with it.',
      severity: 'error',
      from: { path: inside(CORE) },
      to: { path: inside(Object.keys(ENTRIES)) },
    },
    ...Object.entries(ENTRIES).map(([entry, others]) => ({
      name: `${entry}-is-an-entry-of-its-own`,
      comment: `lib/${entry} imports the core${others.length > 0 ? ` and ${others.join(', ')}` : ''}, and no other entry.`,
      severity: 'error',
      from: { path: inside([entry]) },
      to: { path: inside(without(Object.keys(ENTRIES), [entry, ...others])) },
    })),
    {
      name: 'platform-knows-nothing-of-the-core',
      comment: 'A client in a process without Nest uses it, too.',
      severity: 'error',
      from: { path: inside(['platform']) },
      to: { path: inside(CORE) },
    },
    {
      name: 'client-and-local-platform-are-apart',
      comment: 'What asks a platform must not be tested by its own code; RFC 3339 is neither side’s.',
      severity: 'error',
      from: { path: '^lib/platform/(client|local)/' },
      to: { path: '^lib/platform/', pathNot: '^lib/platform/($1/|rfc3339\\.ts$)' },
    },
    {
      name: 'nobody-imports-the-public-surface',
      comment: 'lib/index.ts names what users see. Import from the file itself.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^lib/index\\.ts$' },
    },
    {
      name: 'no-nest',
      comment: `${WITHOUT_NEST.join(', ')} do not need Nest.`,
      severity: 'error',
      from: { path: inside(WITHOUT_NEST) },
      to: { path: '@nestjs/' },
    },
    {
      name: 'no-circle',
      severity: 'error',
      from: { path: '^lib/' },
      to: { circular: true },
    },
    {
      name: 'lib-imports-lib',
      comment: 'What is published does not reach into tests, scripts or samples.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(bench|docs|sample|scripts|test)/' },
    },
    {
      name: 'tooling-imports-nothing-of-its-users',
      severity: 'error',
      from: { path: '^scripts/tooling/' },
      to: { path: '^(bench|lib|sample|test)/' },
    },
    {
      name: 'tests-do-not-import-the-benchmark',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '^bench/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist)/[^@]' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types, too: who knows a type knows its owner.
    tsPreCompilationDeps: true,
  },
};
