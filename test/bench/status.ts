import { holdState } from '../../src/store/hold.ts';
import type { Layout } from '../../src/store/layout.ts';
import { bornAs, noting } from '../store/samples-of-decisions.ts';
import { PROGRAM, place } from './place.ts';
import { type Row, row } from './row.ts';
import { SIZE } from './size.ts';
import { wholeProcess } from './whole-process.ts';

const BAR_MS = 120;
const RUNS = 100;

/** `dogwatch status`, the whole process, beside a Node that does nothing. */
export async function status(): Promise<readonly Row[]> {
  const home = place();
  try {
    await keepRuns(home.where);
    const times = { status: [] as number[], node: [] as number[] };
    for (let round = 0; round < SIZE.starts; round++) {
      times.status.push(wholeProcess([PROGRAM, 'status'], home.env, `job-${RUNS - 1}`));
      times.node.push(wholeProcess(['-e', '0'], home.env));
    }
    const bar = { text: `p95 ≤ ${BAR_MS} ms`, isMet: ({ p95 }: { p95: number }) => p95 <= BAR_MS };
    return [row(`status of ${RUNS} runs, whole process`, 'ms', times.status, { bar }), row('node -e 0', 'ms', times.node)];
  } finally {
    await home.tearDown();
  }
}

async function keepRuns(where: Layout): Promise<void> {
  const state = await holdState(where, { leaseTimeoutMs: 60_000, ballastBytes: 0 });
  if (state.kind === 'held-by-other') throw new Error(`expected a state of its own, it is held by process ${state.by.pid}`);
  state.store.record(Array.from({ length: RUNS }, (_, index) => noting(bornAs(`job-${index}`), index + 1)));
  state.close();
}
