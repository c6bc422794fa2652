import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../core/model/run.ts';
import type { JournalRow, Reader } from '../../store/reader.ts';
import { EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';

/**
 * A run, and what was decided about it since the look before: all of what made it what it is, and
 * maybe more.
 */
export interface Look {
  readonly run: Run;
  readonly rows: readonly JournalRow[];
}

const EVERY_MS = 200;

/** Looks at a run again and again, until the caller has seen enough or the signal comes. */
export async function* looks(reader: Reader, runId: string, afterSeq: number, signal?: AbortSignal): AsyncGenerator<Look> {
  for (let seq = afterSeq; ; ) {
    // In this order: of a run that is over, the last decision is among the rows.
    const run = reader.byId(runId);
    if (run === null) throw new Problem(EXIT_UNAVAILABLE, `the run ${runId} is not there any more`, { hint: 'its state was removed' });
    const rows = [...rowsAfter(reader, runId, seq)];
    seq = rows.at(-1)?.seq ?? seq;
    yield { run, rows };
    if (signal?.aborted) return;
    await setTimeout(EVERY_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

/** All decisions after a number, oldest first, read a page at a time. */
export function* rowsAfter(reader: Reader, runId: string, afterSeq: number): Generator<JournalRow> {
  for (let seq = afterSeq; ; ) {
    const page = reader.history(runId, { afterSeq: seq });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    seq = last.seq;
  }
}
