// node test/soak/prove.mjs: shows that each judgement can fail, by a fault on purpose for each. About three minutes.
import { soak } from './soak.mjs';

/** What must notice which fault of server/breakage.mjs. */
const NOTICED_BY = {
  jti: 'cross-talk between callers',
  verdict: 'wrong verdicts',
  unexpected: 'refusals with reason unexpected',
  silence: 'unanswered requests',
  heap: 'heap growth',
  rss: 'RSS growth',
  rejection: 'unhandled rejections and uncaught exceptions',
  exception: 'unhandled rejections and uncaught exceptions',
  block: 'event-loop delay, p99',
  drain: 'in flight at SIGTERM',
  cut: 'unanswered requests',
  open: 'a new connection after SIGTERM',
  hang: 'exit after SIGTERM',
};

const chosen = process.argv.slice(2);
const missed = [];
const faults = Object.entries(NOTICED_BY).filter(([fault]) => chosen.length === 0 || chosen.includes(fault));
for (const [fault, judgement] of faults) {
  const failed = await soak({ seconds: 8, platforms: ['express'], write: false, sabotage: fault });
  if (!failed.includes(judgement)) missed.push(fault);
  console.log(`${fault}: ${failed.includes(judgement) ? 'noticed' : 'NOT NOTICED'} by "${judgement}"\n`);
}
console.log(
  `${faults.length - missed.length} of ${faults.length} faults noticed${missed.length > 0 ? `, not: ${missed.join(', ')}` : ''}`,
);
process.exit(missed.length === 0 ? 0 : 1);
