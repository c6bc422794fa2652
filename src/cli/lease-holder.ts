import type { ProcessIdentity } from '../core/types.ts';
import type { Layout } from '../store/layout.ts';
import { openReader } from '../store/reader.ts';
import { isAlive } from '../system/process.ts';

/** The watchdog that lives now; null: none does. */
export function leaseHolder(layout: Layout): ProcessIdentity | null {
  const reader = openReader(layout);
  try {
    const holder = reader.lease();
    return holder !== null && isAlive(holder) ? holder : null;
  } finally {
    reader.close();
  }
}
