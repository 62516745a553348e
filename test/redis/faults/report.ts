import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { root } from '../../support/process.js';
import type { Answers, Outcome } from './bench.js';

const HEAD = `# Revoking tokens: faults

<!-- Written by npm run test:redis -- --faults -->

Three replicas of the [sample](../sample) share a deny list on a real Redis (\`whenStoreIsAway: 'stale'\`), and a fourth has \`whenStoreIsAway: 'refuse'\` with \`maxListAge: 1\`. Each gets a hundred requests a second, two in three with revoked tokens. An operator revokes a token every 0.2 seconds, as the command line does. Then something breaks.

**Let in**: requests with a revoked token that were answered with 200, although they were sent more than a second after the server had acknowledged the entry. **Latest**: how long after the acknowledgement a token still got in. **Good refused**: requests with a good token that were answered with 401.

`;

const TAIL = `
- **A replica that cannot reach the store** cannot know what was revoked just before or since. With \`'stale'\` it goes on with its last list, and lets that in until it has read again; the first of these tokens was revoked within 0.4 seconds before the store went away. That is what \`'refuse'\` is for, which refuses good tokens instead.
- **Lost unread**: entries that the server acknowledged, and lost before any replica asked, which is within 0.4 seconds. Nobody can put these back, and their tokens are not counted as let in. Against that there are [an append-only file, \`noeviction\` and \`waitReplicas\`](revocation.md#what-keeps-an-entry-from-being-lost).
`;

export async function writeReport(outcomes: readonly Outcome[]): Promise<void> {
  const rows = outcomes.map(({ fault, acknowledged, attempts, lost, stale, refuse }) =>
    [fault, `${acknowledged} of ${attempts}`, String(lost), ...cells(stale), ...cells(refuse)].join(' | '),
  );
  const table = [
    '| what breaks | acknowledged | lost unread | stale: let in | latest, ms | good refused | refuse: let in | latest, ms | good refused |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
  const text = await format(`${HEAD}${table}\n${TAIL}`, { parser: 'markdown', printWidth: 120, singleQuote: true });
  writeFileSync(join(root, 'docs/revocation-faults.md'), text);
}

function cells({ letIn, requests, latest, goodRefused }: Answers): string[] {
  return [`${letIn} of ${requests}`, String(Math.round(latest)), String(goodRefused)];
}
