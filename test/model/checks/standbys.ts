import type { RunDecision } from '../../../src/core/decision.ts';
import { isOver } from '../../../src/core/model/run.ts';
import type { Machine } from '../world/machine.ts';
import type { Standby } from '../world/standbys/standby.ts';
import { type BrokenRule, rule } from './invariants.ts';

/** A standby that is not needed any more has left by then. */
const LEAVES_WITHIN_MS = 100;

/** Since when it was seen that a standby is not needed (ms since the program began). */
const unneededMs = new WeakMap<Standby, number>();

/** 16: no standby outlives its watchdog or the work of its run, and none is taken for an agent. */
export const standsBy = (decision: RunDecision, machine: Machine): BrokenRule | null =>
  leftBehind(machine) ?? takenForAgent(decision, machine);

export const isLeaving = (machine: Machine): boolean => machine.standbys.living.some((one) => whyNotNeeded(one, machine) !== null);

export function leftBehind(machine: Machine): BrokenRule | null {
  for (const standby of machine.standbys.living) {
    const because = whyNotNeeded(standby, machine);
    if (because === null) unneededMs.delete(standby);
    else if (!unneededMs.has(standby)) unneededMs.set(standby, machine.clock.nowMs);
    if (machine.clock.nowMs - (unneededMs.get(standby) ?? machine.clock.nowMs) > LEAVES_WITHIN_MS)
      return rule(16, `the standby of attempt ${standby.attempt} of ${standby.run} is left behind: ${because}`);
  }
  return null;
}

function whyNotNeeded({ run: id, fence }: Standby, { standbys, disk }: Machine): string | null {
  if (standbys.orphaned.has(fence)) return 'its watchdog is dead';
  const run = disk.runs.get(id);
  if (run === undefined) return null;
  if (isOver(run)) return `the run is ${run.state}`;
  if (run.stopping !== null) return 'the run is being stopped';
  return null;
}

function takenForAgent({ observation, because }: RunDecision, { standbys }: Machine): BrokenRule | null {
  if (observation.kind === 'process.exited' && observation.survivors.some(({ identity }) => standbys.has(identity)))
    return rule(16, 'a standby is taken for a survivor');
  const isOccupied = observation.kind === 'action.settled' && observation.outcome.kind === 'not-started' && observation.outcome.isOccupied;
  return isOccupied && because.includes('standby') ? rule(16, 'a standby is taken for a stray') : null;
}
