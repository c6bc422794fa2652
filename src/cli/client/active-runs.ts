import { isOver, type Run } from '../../core/model/run.ts';
import { StoreError } from '../../store/directory/error.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { openReader } from '../../store/reader.ts';

/**
 * Returns the runs that are not over, or none if the state cannot be read: another check reports
 * that.
 */
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
