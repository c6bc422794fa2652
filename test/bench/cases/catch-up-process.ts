// Reads a log from beginning to end, as the watchdog does after a long absence, in a separate
// process: node catch-up-process.ts LOG
import { opencode } from '../../../src/agents/opencode/agent.ts';
import type { LogCursor } from '../../../src/core/model/facts.ts';
import { tailLog } from '../../../src/logs/tail.ts';
import { spec } from '../../kit/samples-of-decisions.ts';

const tail = tailLog({
  run: 'late.1',
  attempt: 1,
  path: process.argv[2] ?? '',
  own: true,
  shared: false,
  cursors: new Map<string, LogCursor>(),
  interpreter: opencode.interpreter(spec('late'), { atWall: Date.now, zone: 'UTC', session: () => null }),
  report: (problem) => process.stderr.write(`${problem}\n`),
});
const before = process.memoryUsage.rss();
const begun = performance.now();
const seen = { bytes: 0, signals: 0, rss: before };
for (let more = true; more; ) {
  const read = tail.read(false);
  more = read.more;
  seen.bytes += read.bytes;
  for (const { signals } of read.facts) seen.signals += signals.length;
  seen.rss = Math.max(seen.rss, process.memoryUsage.rss());
}
process.stdout.write(JSON.stringify({ bytes: seen.bytes, signals: seen.signals, ms: performance.now() - begun, grown: seen.rss - before }));
