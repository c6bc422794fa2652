import type { AttemptFiles } from '../../store/directory/layout.ts';
import { type AttemptRecord, readAttempt } from './record.ts';

/** Attempts that are remembered. */
const MAX_KNOWN = 10_000;
const known = new Map<string, AttemptRecord>();

/** What an attempt's directory says of it but its end: once all of that is there it stays, and is not read again. */
export function knownAttempt(files: AttemptFiles): Omit<AttemptRecord, 'exit'> {
  const before = known.get(files.directory);
  if (before !== undefined) return before;
  const record = readAttempt(files);
  if (record.mark === null || record.shim === null || record.agent === null) return record;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(files.directory, record);
  return record;
}
