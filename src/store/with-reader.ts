import type { Layout } from './directory/layout.ts';
import { openReader, type Reader } from './reader.ts';

/** Opens the state for one look, or for as long as the promise of one takes. Throws StoreError. */
export function withReader<T>(where: Layout, look: (reader: Reader) => T): T {
  const reader = openReader(where);
  let isLeftOpen = false;
  try {
    const seen = look(reader);
    isLeftOpen = seen instanceof Promise;
    return seen instanceof Promise ? (seen.finally(() => reader.close()) as T) : seen;
  } finally {
    if (!isLeftOpen) reader.close();
  }
}
