import { inShort } from '../../core/in-short.ts';
import type { ReplayRow } from '../../core/replay.ts';
import type { JournalRow, Reader } from '../../store/reader.ts';
import { rowsAfter } from './pages.ts';

/** Yields the rows of a run's journal in the form that is replayed, oldest first. */
export function* replayRows(reader: Reader, runId: string): Generator<ReplayRow> {
  for (const row of rowsAfter(reader, runId, 0)) yield replayRow(row);
}

const replayRow = ({ observation, to, actions, because, given }: JournalRow): ReplayRow => ({
  observation,
  decided: { state: to, actions: actions.map(inShort), because },
  given: given === null ? { kind: 'unknown' } : { kind: 'kept', patch: given },
  isWithheld: false,
});
