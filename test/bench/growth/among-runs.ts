import { PROMPTLY } from '../dogwatch.ts';
import { place } from '../place.ts';
import { usages } from '../probes/usage.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';
import { deathsOf, keepPaused, startTurn } from './kept-turn.ts';

const of = 'runs' as const;

/**
 * What one run costs, and how soon it is resumed, among others that have no processes, of which
 * there may be thousands.
 */
export async function amongRuns(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const runs of SIZE.grown) rows.push(...(await among(runs)));
  return rows;
}

async function among(runs: number): Promise<readonly Row[]> {
  const home = place(PROMPTLY);
  try {
    await keepPaused(home.where, runs - 1);
    const watchdog = await home.watch();
    const turn = await startTurn(home);
    try {
      // A new watchdog first writes a file for each run, one by one, which is over by then.
      const [pieces = []] = await usages([() => [watchdog.pid]]);
      const gaps = await deathsOf(home, turn, SIZE.deathsGrown);
      const among = `1 of ${runs} ${runs === 1 ? 'run' : 'runs'}, the others paused`;
      const [percent, megabytes] = [pieces.map((one) => one.percent), pieces.map((one) => one.residentMB)];
      return [
        row(`death → resumed: ${among}`, 'ms', gaps, { growth: { line: 'death → resumed', of, at: runs } }),
        row(`idle, CPU: ${among}`, '%', percent, { growth: { line: 'idle, CPU', of, at: runs } }),
        row(`idle, RSS: ${among}`, 'MB', megabytes, { growth: { line: 'idle, RSS', of, at: runs } }),
      ];
    } finally {
      turn.close();
    }
  } finally {
    await home.tearDown();
  }
}
