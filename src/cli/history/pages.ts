import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../core/model/run.ts';
import type { JournalRow, Reader } from '../../store/reader.ts';
import { EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';

/**
 * A run and the decisions since the previous look: all that led to the run's state, and possibly
 * newer ones.
 */
export interface Look {
  readonly run: Run;
  readonly rows: readonly JournalRow[];
}

const EVERY_MS = 200;

/**
 * Polls a run until the caller stops or the signal aborts. Throws a Problem if the run no longer
 * exists.
 */
export async function* looks(reader: Reader, runId: string, afterSeq: number, signal?: AbortSignal): AsyncGenerator<Look> {
  for (let seq = afterSeq; ; ) {
    // Read the run first, so that the rows of a run that is over include its last decision.
    const run = reader.byId(runId);
    if (run === null) throw new Problem(EXIT_UNAVAILABLE, `the run ${runId} no longer exists`, { hint: 'its state was removed' });
    const rows = [...rowsAfter(reader, runId, seq)];
    seq = rows.at(-1)?.seq ?? seq;
    yield { run, rows };
    if (signal?.aborted) return;
    await setTimeout(EVERY_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

/** Yields all decisions after this sequence number, oldest first, reading one page at a time. */
export function* rowsAfter(reader: Reader, runId: string, afterSeq: number): Generator<JournalRow> {
  for (let seq = afterSeq; ; ) {
    const page = reader.history(runId, { afterSeq: seq });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    seq = last.seq;
  }
}
