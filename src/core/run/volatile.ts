import type { Run } from '../model/run.ts';
import { deltaFrom } from '../values/delta.ts';

/** What a new watchdog drops, because it looks anew. */
const UNLOOKED = { cpu: null, sampledAt: null };

/** True where only what the last look at the processes said has changed: after a restart nobody would go by it. */
export function onlyVitalsChanged(before: Run | null, after: Run): boolean {
  if (before?.attempt == null || after.attempt === null) return false;
  return (
    deltaFrom({ ...before, attempt: { ...before.attempt, ...UNLOOKED } }, { ...after, attempt: { ...after.attempt, ...UNLOOKED } }) === null
  );
}
