import { StoreError } from '../../store/directory/error.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { LeaseHolder } from '../../store/lease/row.ts';
import { withReader } from '../../store/with-reader.ts';

export { conditionOf, watchdogNow } from '../../look/pulse.ts';

/**
 * Returns the last holder of the lease, or null if there is none or it cannot be read because the
 * disk is full or the database damaged: a watchdog that is started finds out.
 */
export function leaseHolder(layout: Layout): LeaseHolder | null {
  try {
    return withReader(layout, (reader) => reader.lease());
  } catch (error) {
    if (error instanceof StoreError && (error.kind === 'full' || error.kind === 'corrupt')) return null;
    throw error;
  }
}
