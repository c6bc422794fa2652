import { waitsFor } from '../asks/ask.ts';
import type { RunState } from '../model/facts.ts';
import { isOver, type Run } from '../model/run.ts';
import { type Owner, STATES } from '../model/states.ts';

/**
 * Whose turn it is, or null if nobody has to act on the run any more. `recovers`: an agent is
 * configured that mends handed-off runs; without one they go to a person.
 */
export function ownerOf(run: Run, recovers: boolean): Owner | null {
  const { owner } = STATES[run.state];
  if (owner === null || isOver(run)) return owner;
  const isWithheld = run.paused !== null || !run.hostEnabled || !run.spec.policy.enabled || run.state === 'held';
  return isWithheld || waitsFor(run) !== null || (owner === 'supervisor' && !recovers) ? 'operator' : owner;
}

/** The watchdog can do nothing more for it by itself. */
export const isForOthers = (state: RunState): boolean => STATES[state].owner !== null && STATES[state].owner !== 'watchdog';

/** Somebody may have to look: no agent works on it, and none will by itself. */
export const needsAttention = (state: RunState): boolean => isForOthers(state) && STATES[state].owner !== 'recovery-agent';

/** The watchdog leaves it alone until it is handed back. */
export const isLeftAlone = (run: Pick<Run, 'state'>): boolean => isForOthers(run.state) && !isOver(run);
