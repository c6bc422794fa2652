import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { tidyLogs } from '../../../src/effects/tidy-logs.ts';
import { ownLogs } from '../../../src/reclaimers/own-logs.ts';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { place } from '../place.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';

const DAY_MS = 86_400_000;
const ATTEMPTS = 9;
const LOG = 'what an agent says\n'.repeat(400);
const NS_PER_MS = 1e6;

/**
 * A year of logs, with a run of nine attempts each night: the time to remove the old ones, and to
 * find that there are none.
 */
export async function yearOfLogs(): Promise<readonly Row[]> {
  const home = place();
  try {
    const logs = keepLogs(home.where);
    const reclaimer = ownLogs({
      runs: home.where.runs,
      isActive: () => false,
      maxAgeMs: 30 * DAY_MS,
      maxBytes: 2 * 2 ** 30,
      missing: async () => ({ bytes: 0, inodes: 0 }),
      watched: () => ({ sinceWall: 0, seenAt: { wall: 0, mono: 0, bootId: 'b' }, shifts: [] }),
    });
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    const first = await timed(() => tidyLogs(home.where, [reclaimer]));
    delays.disable();
    const later: number[] = [];
    for (let round = 0; round < SIZE.looks; round++) later.push((await timed(() => tidyLogs(home.where, [reclaimer]))).ms);
    return [
      row(`${logs} logs: those of eleven months removed`, 'ms', [first.ms], { note: first.value ?? 'none' }),
      row('  the longest that it held anything else up', 'ms', [delays.max / NS_PER_MS]),
      row('  looked at again, once an hour', 'ms', later),
    ];
  } finally {
    await home.tearDown();
  }
}

async function timed<T>(job: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const begun = performance.now();
  const value = await job();
  return { value, ms: performance.now() - begun };
}

/** Returns how many there are. */
function keepLogs({ runs }: Layout): number {
  for (let night = 0; night < SIZE.nights; night++)
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const directory = join(runs, `upgrade.${night + 1}`, 'attempts', String(attempt));
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'log'), LOG);
      utimesSync(join(directory, 'log'), new Date(), new Date(Date.now() - (SIZE.nights - night) * DAY_MS));
    }
  return SIZE.nights * ATTEMPTS;
}
