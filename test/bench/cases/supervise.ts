import type { Run } from '../../../src/core/model/run.ts';
import { acquireState } from '../../../src/store/held-state.ts';
import { instant } from '../../../src/system/process/clock.ts';
import { working } from '../../kit/core/world.ts';
import { noting } from '../../kit/samples-of-decisions.ts';
import { PROGRAM, place } from '../place.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';
import { wholeProcess } from '../whole-process.ts';

const BAR = { text: 'p95 ≤ 150 ms', isMet: ({ p95 }: { p95: number }) => p95 <= 150 };
/** The number of runs that the bar is for. */
const RUNS = 100;

/**
 * `dogwatch supervise` as a process, over runs that all continue under a living watchdog: this
 * process holds the lease.
 */
export async function supervise(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const runs of SIZE.grown) rows.push(await superviseOf(runs));
  return rows;
}

async function superviseOf(runs: number): Promise<Row> {
  const home = place();
  const state = await acquireState(home.where, { leaseTimeoutMs: 60_000, ballastBytes: 0 });
  try {
    if (state.kind === 'held-by-other') throw new Error(`expected a state of its own, it is held by process ${state.by.pid}`);
    state.store.record(Array.from({ length: runs }, (_, index) => noting(healthy(`job-${index}`), index + 1)));
    const allWell = new RegExp(`^(?:job-\\d+ +nothing .*\\n){${runs}}$`);
    const times: number[] = [];
    for (let round = 0; round < (runs === RUNS ? SIZE.starts : SIZE.looks); round++)
      times.push(wholeProcess([PROGRAM, 'supervise'], home.env, allWell));
    return row(`supervise of ${runs} healthy ${runs === 1 ? 'run' : 'runs'}, whole process`, 'ms', times, {
      growth: { line: 'supervise', of: 'runs', at: runs },
      ...(runs === RUNS && { bar: BAR }),
    });
  } finally {
    if (state.kind === 'held-by-us') state.close();
    await home.tearDown();
  }
}

function healthy(name: string): Run {
  const { run } = working({ name });
  if (run.attempt === null) throw new Error('expected a living attempt');
  return { ...run, id: `${name}.1`, name, attempt: { ...run.attempt, lastActivity: instant() } };
}
