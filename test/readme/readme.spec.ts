import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFUSAL_REASONS } from 'nestjs-scaleway-auth';
import { root } from '../support/process.js';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('the README', () => {
  it('says what to do about every reason', () => {
    for (const reason of REFUSAL_REASONS)
      expect(readme).toMatch(new RegExp(`^\\| \`${reason}\` +\\| +40[13] \\| .+`, 'm'));
  });
});
