import { isOver, type Run } from '../../core/model/run.ts';
import { StoreError } from '../../store/directory/error.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { withReader } from '../../store/with-reader.ts';

/**
 * Returns the runs that are not over, or none if the state cannot be read: another check reports
 * that.
 */
export function activeRuns(where: Layout): readonly Run[] {
  try {
    return withReader(where, (reader) => reader.runs().filter((run) => !isOver(run)));
  } catch (error) {
    if (error instanceof StoreError) return [];
    throw error;
  }
}
