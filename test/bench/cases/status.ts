import type { Layout } from '../../../src/store/directory/layout.ts';
import { acquireState } from '../../../src/store/held-state.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';
import { PROGRAM, place } from '../place.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';
import { wholeProcess } from '../whole-process.ts';

/** Beside a Node that does nothing, in turns. */
const BARS = { status: 1.6, version: 1.3 };
const atMost = (times: number) => ({ text: `p50 ≤ ${times} ×`, isMet: ({ p50 }: { p50: number }) => p50 <= times });
/** The number of runs that the bar is for. */
const RUNS = 100;

/** `dogwatch status` as a process, for more and more runs, beside a Node that does nothing. */
export async function status(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const runs of SIZE.grown) rows.push(...(await statusOf(runs)));
  return rows;
}

async function statusOf(runs: number): Promise<readonly Row[]> {
  const home = place();
  try {
    await keepRuns(home.where, runs);
    const times = { status: [] as number[], version: [] as number[], node: [] as number[] };
    for (let round = 0; round < (runs === RUNS ? SIZE.starts : SIZE.looks); round++) {
      times.status.push(wholeProcess([PROGRAM, 'status'], home.env, `job-${runs - 1}`));
      times.version.push(wholeProcess([PROGRAM, '--version'], home.env));
      times.node.push(wholeProcess(['-e', '0'], home.env));
    }
    const growth = { line: 'status', of: 'runs' as const, at: runs };
    const measured = row(`status of ${runs} ${runs === 1 ? 'run' : 'runs'}, whole process`, 'ms', times.status, { growth });
    if (runs !== RUNS) return [measured];
    const beside = (what: string, own: readonly number[], most: number) =>
      row(
        `ratio: ${what} / node -e 0`,
        '×',
        own.map((ms, round) => ms / times.node[round]!),
        { bar: atMost(most) },
      );
    return [
      measured,
      row('--version, whole process', 'ms', times.version),
      row('node -e 0, beside it', 'ms', times.node),
      beside(`status of ${runs} runs`, times.status, BARS.status),
      beside('--version', times.version, BARS.version),
    ];
  } finally {
    await home.tearDown();
  }
}

async function keepRuns(where: Layout, runs: number): Promise<void> {
  const state = await acquireState(where, { leaseTimeoutMs: 60_000, ballastBytes: 0 });
  if (state.kind === 'held-by-other') throw new Error(`expected a state of its own, it is held by process ${state.by.pid}`);
  state.store.record(Array.from({ length: runs }, (_, index) => noting(newRunNamed(`job-${index}`), index + 1)));
  state.close();
}
