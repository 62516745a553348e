import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from '../readme/pages.js';
import { root } from '../support/process.js';

interface Command {
  readonly positional?: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** What Scaleway's CLI takes, as read in its sources. */
const known = JSON.parse(readFileSync(join(root, 'test/sample/scw-arguments.json'), 'utf8')) as {
  flags: readonly string[];
  commands: Readonly<Record<string, Command>>;
  values: Readonly<Record<string, readonly string[]>>;
};

/** Words, as a shell makes them of a line; double quotes alone, which mean the same in sh, fish and PowerShell. */
const wordsOf = (line: string) => [...line.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));

const patternOf = (name: string) =>
  new RegExp(`^${name.replaceAll('.', '\\.').replace('{key}', '\\w+').replace('{index}', '\\d+')}$`);

/** What is wrong with a command, or nothing. */
function faultOf(line: string): string | undefined {
  const words = wordsOf(line).slice(1);
  const name = Object.keys(known.commands).find((each) => `${words.join(' ')} `.startsWith(`${each} `));
  if (name === undefined) return 'there is no such command';
  const { positional, required, optional } = known.commands[name]!;
  const given = words.slice(name.split(' ').length).filter((word) => !known.flags.includes(word));
  if (positional !== undefined && !/^[^=]+$/.test(given.shift() ?? '')) return `${positional} is missing`;
  for (const word of given) {
    const [, key = '', value = ''] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    if (![...required, ...optional].some((each) => patternOf(each).test(key))) return `it does not take ${word}`;
    if (known.values[key]?.includes(value) === false) return `${value} is no value of ${key}`;
  }
  const missing = required.find((key) => !given.some((word) => word.startsWith(`${key}=`)));
  return missing === undefined ? undefined : `${missing} is missing`;
}

const lines = pages.flatMap(({ path, blocks }) =>
  blocks
    .flatMap(({ code }) => code.split('\n'))
    .filter((line) => /^\s*scw\s/.test(line))
    .map((line) => [path, line.trim()] as const),
);

describe('what the manual has of Scaleway’s CLI', () => {
  it.each(lines)('%s: %s', (_path, line) => {
    expect(faultOf(line)).toBeUndefined();
    // What sh alone understands: substitutions, variables, continued lines.
    expect(line).not.toMatch(/[$`\\<>]/);
  });

  it('are whole lines, and names of commands that exist', () => {
    expect(lines.length).toBeGreaterThan(6);
    const mentioned = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/`scw ([a-z -]+[a-z])`/g)].map(([, name]) => ({ path, name: name! })),
    );
    expect(mentioned.length).toBeGreaterThan(2);
    expect(mentioned.filter(({ name }) => !(name in known.commands))).toEqual([]);
  });

  it.each([
    ['scw container container create namespace-id=N name=n registry-image=i', 'image'],
    ['scw container container create namespace-id=N name=n', 'image is missing'],
    ['scw container container create namespace-id=N name=n image=i privacy=secret', 'secret is no value'],
    ['scw container container deploy C', 'no such command'],
    ['scw container container update image=i', 'container-id is missing'],
  ])('would not be this: %s', (line, fault) => {
    expect(faultOf(line)).toContain(fault);
  });
});
