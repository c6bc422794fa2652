import type { Reader } from '../store/reader.ts';
import { watchdogNow } from './pulse.ts';

/**
 * For a face that stays open: returns a function that tells whether anything was written since its
 * last call, or whether a watchdog appeared or died. It reads one page of the database at most.
 */
export function changes(reader: Reader): () => boolean {
  let before: string | null = null;
  return () => {
    const now = `${reader.version()} ${watchdogNow(reader.lease())?.pid ?? 'none'}`;
    const hasChanged = now !== before;
    before = now;
    return hasChanged;
  };
}
