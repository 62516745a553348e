import { describe, expect, it } from '@jest/globals';
import { readPastedToken } from '../../../lib/cli/pasted-token.js';
import { token } from '../../support/issuer.js';

const jwt = token();
const [header, payload, signature] = jwt.split('.') as [string, string, string];

describe('a pasted token', () => {
  it.each([
    ['as it is', jwt, undefined],
    ['with the line feed of echo', `${jwt}\r\n`, undefined],
    ['with Bearer', `Bearer ${jwt}`, 'pasted with "Bearer"'],
    ['with bearer and blanks', `  bearer \t ${jwt}`, 'pasted with "Bearer"'],
    ['in double quotes', `"${jwt}"`, 'pasted with quotes'],
    ['in single quotes', `'${jwt}'`, 'pasted with quotes'],
    ['in the quotes of a word processor', `“${jwt}”`, 'pasted with quotes'],
    ['with one quote left', `${jwt}"`, 'pasted with quotes'],
    ["with the header's name", `X-Auth-Token: ${jwt}`, 'pasted with a header name'],
    ['with Authorization', `authorization: Bearer ${jwt}`, 'pasted with a header name'],
    ['as an argument of curl', `'X-Auth-Token: ${jwt}'`, 'pasted with quotes'],
    ['with Bearer in quotes', `"Bearer ${jwt}"`, 'pasted with quotes'],
    ['with quotes behind Bearer', `Bearer "${jwt}"`, 'pasted with quotes'],
    ['wrapped by a terminal', jwt.replace(/.{80}/g, '$&\n'), 'pasted with line breaks or spaces'],
    ['wrapped by Windows', jwt.replace(/.{80}/g, '$&\r\n'), 'pasted with line breaks or spaces'],
    ['split at its dots', `${header}.\n${payload}.\n${signature}`, 'pasted with line breaks or spaces'],
    ['with a byte order mark', `\uFEFF${jwt}`, undefined],
    ['with a zero width space', `${header}.${payload}\u200B.${signature}`, 'pasted with invisible characters'],
    ['with a direction', `\u202E${jwt}\u202C`, 'pasted with invisible characters'],
  ])('%s is found, and what was around it is named', (_, paste, note) => {
    const { token: found, notes } = readPastedToken(paste);
    expect(found).toBe(jwt);
    if (note === undefined) expect(notes).toEqual([]);
    else expect(notes[0]).toContain(note);
  });

  it.each([
    ['', ''],
    [`${jwt}, ${jwt}`, `${jwt}, ${jwt}`],
    ['two words', 'two words'],
    ['Bearer', 'Bearer'],
    [`${jwt} ${jwt}`, `${jwt} ${jwt}`],
    ['11111111-1111-4111-8111-111111111111', '11111111-1111-4111-8111-111111111111'],
  ])('%p stays %p: it is not repaired into something that a container would not see', (paste, same) => {
    expect(readPastedToken(paste)).toEqual({ token: same, notes: [] });
  });

  it('takes time linear in its length', () => {
    const before = performance.now();
    for (const unit of ['"', 'Bearer ', ' ', '\u202e', 'a.', 'a ', 'a\n.', 'X-Auth-Token: '])
      for (const around of ['', 'x']) readPastedToken(around + unit.repeat(65_536 / unit.length) + around);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
