import type { Rest } from '../model/attempts-found.ts';
import { isActive, isOver, type Run } from '../model/run.ts';
import { needsAttention } from './owner.ts';

/** Null if it goes on, or if something of it is left to end. */
export function restOf(run: Run): Rest | null {
  if (isOver(run)) return isActive(run) ? null : (run.state as Rest);
  if (run.paused !== null) return 'paused';
  return needsAttention(run.state) ? (run.state as Rest) : null;
}
