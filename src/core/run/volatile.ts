import type { Run } from '../model/run.ts';
import { deltaFrom } from '../values/delta.ts';

/** What a new watchdog drops because it samples anew. */
const UNLOOKED = { cpu: null, sampledAt: null, memory: null };

/**
 * True if only the results of the last process sample changed: after a restart nothing depends on
 * them.
 */
export function onlyVitalsChanged(before: Run | null, after: Run): boolean {
  if (before?.attempt == null || after.attempt === null) return false;
  return (
    deltaFrom({ ...before, attempt: { ...before.attempt, ...UNLOOKED } }, { ...after, attempt: { ...after.attempt, ...UNLOOKED } }) === null
  );
}
