import type { Loss } from '../model/attempt.ts';
import type { Run } from '../model/run.ts';

/**
 * Why the last steps of a run may be missing in what its agent kept, or null if nothing that was
 * seen says so. An attempt that did nothing has not made up for what was lost before it.
 */
export function lossOf({ attempt, excuse }: Pick<Run, 'attempt' | 'excuse'>): Loss | null {
  if (excuse === 'boot') return 'restarted';
  if (excuse === 'disk' || attempt?.trouble?.kind === 'no-space') return 'disk-full';
  const isIdle = attempt !== null && attempt.tools === 0 && attempt.lastTurn !== 'well';
  return isIdle ? (attempt.lossBefore ?? null) : null;
}
