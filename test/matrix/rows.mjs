// The matrix: every combination that the package promises to work in, and those that cannot work, with the reason.
import { NEST, NODE } from './layouts.mjs';

/**
 * @typedef {'application' | 'bundle' | 'twoCopies' | 'runner' | 'types'} Kind
 *
 * @typedef {object} Variant
 * @property {'ESM' | 'CJS'} modules
 * @property {'Express' | 'Fastify'} [platform]
 * @property {import('./layouts.mjs').Layout} [layout]
 * @property {'jest' | 'vitest'} [runner]
 * @property {'nodenext' | 'node16' | 'bundler' | 'node'} [resolution]
 *
 * @typedef {object} Combination
 * @property {string} what
 * @property {Kind} kind
 * @property {import('./layouts.mjs').Nest} nest
 * @property {import('./layouts.mjs').NodeVersion} [node] of rows that run something
 * @property {string} [typescript] of rows that only check types
 *
 * @typedef {object} Verdict
 * @property {string} how
 * @property {string | undefined} excluded why it cannot work
 * @property {boolean} short whether it is one of the handful
 *
 * @typedef {Variant & Combination & Verdict} Row
 */

const NESTS = /** @type {Combination['nest'][]} */ (Object.keys(NEST).map(Number));
const NODES = /** @type {NonNullable<Combination['node']>[]} */ (Object.keys(NODE).map(Number));
const MODULES = /** @type {const} */ (['ESM', 'CJS']);
const TYPESCRIPTS = ['5.9', '6', '7'];

/** @type {{ what: string, kind: Kind, variants: Variant[] }[]} */
const groups = [
  {
    what: 'application',
    kind: 'application',
    variants: MODULES.flatMap((modules) =>
      /** @type {const} */ (['Express', 'Fastify']).map((platform) => ({ modules, platform })),
    ),
  },
  {
    what: "application on pnpm's layout",
    kind: 'application',
    variants: [
      { modules: 'ESM', platform: 'Fastify', layout: 'pnpm' },
      { modules: 'CJS', platform: 'Express', layout: 'pnpm' },
    ],
  },
  {
    what: 'one file by esbuild',
    kind: 'bundle',
    variants: [
      { modules: 'ESM', platform: 'Fastify' },
      { modules: 'CJS', platform: 'Express' },
    ],
  },
  {
    what: 'library of the other modules',
    kind: 'twoCopies',
    variants: MODULES.map((modules) => ({ modules })),
  },
  {
    what: "user's tests",
    kind: 'runner',
    variants: [
      { runner: 'jest', modules: 'ESM' },
      { runner: 'jest', modules: 'CJS' },
      { runner: 'vitest', modules: 'ESM' },
    ],
  },
  {
    what: 'types',
    kind: 'types',
    variants: [
      { resolution: 'nodenext', modules: 'ESM' },
      { resolution: 'nodenext', modules: 'CJS' },
      { resolution: 'node16', modules: 'ESM' },
      { resolution: 'node16', modules: 'CJS' },
      { resolution: 'bundler', modules: 'ESM' },
      { resolution: 'node', modules: 'CJS' },
    ],
  },
];

/** @typedef {Record<string, string | number | undefined | number[]>} Pattern of rows; one of a list will do */

/** @type {{ rows: Pattern, reason: string }[]} */
const exclusions = [
  {
    rows: { runner: 'jest', modules: 'CJS', nest: 12, node: [20, 22] },
    reason: 'CommonJS tests under jest cannot load Nest 12, which is ES modules alone, before Node 24.9.',
  },
  {
    rows: { resolution: 'node', typescript: '7' },
    reason: 'TypeScript 7 no longer has the module resolution `node`.',
  },
  {
    rows: { resolution: 'node16', modules: 'CJS', nest: 12 },
    reason:
      'Under `node16` TypeScript does not let CommonJS require Nest 12, which is ES modules alone; use `nodenext`.',
  },
];

/**
 * A handful that differ from each other in as much as possible: the oldest, the newest, each kind once.
 *
 * @type {Pattern[]}
 */
const SHORT = [
  { kind: 'application', nest: 10, modules: 'CJS', platform: 'Express', node: 20, layout: undefined },
  { kind: 'application', nest: 12, modules: 'ESM', platform: 'Fastify', node: 26, layout: undefined },
  { kind: 'application', nest: 12, modules: 'CJS', layout: 'pnpm', node: 24 },
  { kind: 'bundle', nest: 12, modules: 'ESM', node: 22 },
  { kind: 'twoCopies', nest: 12, modules: 'ESM', node: 24 },
  { kind: 'runner', nest: 12, modules: 'CJS', node: 24 },
  { kind: 'runner', nest: 12, runner: 'vitest', node: 22 },
  { kind: 'types', nest: 12, modules: 'ESM', resolution: 'nodenext', typescript: '7' },
  { kind: 'types', nest: 12, resolution: 'bundler', typescript: '5.9' },
];

/** @type {Row[]} */
export const rows = groups.flatMap(({ what, kind, variants }) =>
  NESTS.flatMap((nest) =>
    variants.flatMap((variant) =>
      (kind === 'types' ? TYPESCRIPTS.map((typescript) => ({ typescript })) : NODES.map((node) => ({ node }))).map(
        (version) => {
          /** @type {Variant & Combination} */
          const row = { what, kind, nest, ...variant, ...version };
          return Object.assign(row, {
            how: [row.runner, row.resolution, row.modules, row.platform].filter(Boolean).join(', '),
            excluded: exclusions.find((exclusion) => matches(row, exclusion.rows))?.reason,
            short: SHORT.some((wanted) => matches(row, wanted)),
          });
        },
      ),
    ),
  ),
);

/** @param {Row} row */
export function nameOf({ what, nest, how, node, typescript }) {
  return `${what}, Nest ${nest}, ${how}, ${node === undefined ? `TypeScript ${typescript}` : `Node ${node}`}`;
}

/**
 * @param {Variant & Combination} row
 * @param {Pattern} wanted
 */
function matches(row, wanted) {
  const properties = new Map(Object.entries(row));
  return Object.entries(wanted).every(([key, value]) => [value].flat().includes(properties.get(key)));
}
