import { isOver, type Run } from '../../core/model/run.ts';
import { StoreError } from '../../store/directory/error.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { openReader } from '../../store/reader.ts';

/** The runs of a state directory that are not over; none where it can't be read: what is wrong with it is said elsewhere. */
export function activeRuns(where: Layout): readonly Run[] {
  try {
    const reader = openReader(where);
    try {
      return reader.runs().filter((run) => !isOver(run));
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof StoreError) return [];
    throw error;
  }
}
