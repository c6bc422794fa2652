import type { AttemptFiles } from '../../store/directory/layout.ts';
import { type AttemptRecord, readAttempt } from './record.ts';

/** How many attempts are cached. */
const MAX_KNOWN = 10_000;
const known = new Map<string, AttemptRecord>();

/**
 * The record of an attempt except its exit. Once complete it no longer changes, and is not read
 * again.
 */
export function knownAttempt(files: AttemptFiles): Omit<AttemptRecord, 'exit'> {
  const before = known.get(files.directory);
  if (before !== undefined) return before;
  const record = readAttempt(files);
  if (record.mark === null || record.shim === null || record.agent === null) return record;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(files.directory, record);
  return record;
}
