import type { RunDecision } from '../../../src/core/decision.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { MINUTE } from '../../kit/core/world.ts';
import type { Machine } from '../world/machine.ts';
import { hasStalled, isInCircle, MAX_STALL_MS, unchangedMs } from './circles.ts';
import { type BrokenRule, rule, type Seen } from './invariants.ts';

/** Two looks at the job, and late observations. */
const LATE_MS = 65 * MINUTE;

/** 13: work that goes nowhere is ended, and tried twice at most; what only looks like it is not ended. */
export function goesNowhere(seen: Seen, decision: RunDecision, machine: Machine): BrokenRule | null {
  if (![seen.run, decision.run].every((run) => isWatched(run) && run.state === 'working')) seen.leftAloneMs = machine.clock.nowMs;
  return (
    circlesOn(decision, machine) ?? stallsOn(seen, decision, machine) ?? endsTheUnproven(decision, machine) ?? triesAgain(seen, decision)
  );
}

/** A watchdog looks at the job of a living attempt by then. */
const NEXT_LOOK_MS = 30 * MINUTE;

/** Nobody but the watchdog decides about it, and nothing holds it. */
const isWatched = ({ attempt, paused, claim, holds, state, pending, proof, blocked, stopping }: Run): boolean =>
  attempt?.alive === true &&
  ['starting', 'working', 'quiet'].includes(state) &&
  [paused, claim, pending, proof, blocked, stopping].every((one) => one === null) &&
  holds.length === 0;

/** It was read that it goes in a circle, and it is not ended. */
function circlesOn({ run, observation }: RunDecision, machine: Machine): BrokenRule | null {
  if (observation.kind !== 'log.read' || !isWatched(run) || observation.attempt !== run.attempt?.number) return null;
  const processes = machine.attempt(run.id, observation.attempt);
  const isCircle = processes !== null && !processes.isCut && isInCircle(processes, observation.cursor.offset);
  return isCircle ? rule(13, `attempt ${observation.attempt} goes in a circle, and is not ended`) : null;
}

/**
 * It is active, has made no milestone for too long, and is not ended. Nobody can tell while its
 * results cannot be seen.
 */
function stallsOn({ leftAloneMs = 0 }: Seen, { run, observation }: RunDecision, machine: Machine): BrokenRule | null {
  if (machine.planOf(run.id).nowhere !== 'stalls' || !isWatched(run) || run.state !== 'working') return null;
  const processes = observation.kind === 'log.read' ? machine.attempt(run.id, observation.attempt) : null;
  if (processes === null || processes.attempt !== run.attempt?.number || processes.tool !== null) return null;
  const { nowMs } = machine.clock;
  const { evidenceFromMs } = machine.planOf(run.id);
  // What is seen late is looked at for the first time only by a watchdog that runs then.
  const seenMs = evidenceFromMs === undefined ? 0 : Math.max(evidenceFromMs, machine.watchedMs) + NEXT_LOOK_MS;
  // It may be looked at for the first time once a watchdog runs that does not leave it alone, and
  // while it is silent in a tool it is not looked at.
  const sinceMs = Math.max(unchangedMs(processes, machine), machine.watchedMs, leftAloneMs, seenMs);
  return nowMs - sinceMs > MAX_STALL_MS + LATE_MS ? rule(13, `attempt ${processes.attempt} makes no milestone, and is not ended`) : null;
}

/** What it has achieved cannot be seen, or it makes milestones. */
function endsTheUnproven({ run, actions }: RunDecision, machine: Machine): BrokenRule | null {
  const end = actions.find((action) => action.kind === 'end' && action.because.includes('DOGWATCH_MAX_STALL'));
  if (end?.kind !== 'end') return null;
  const { evidenceFromMs } = machine.planOf(run.id);
  if (evidenceFromMs !== undefined && machine.clock.nowMs < evidenceFromMs + MAX_STALL_MS - MINUTE)
    return rule(12, `attempt ${end.attempt} is ended, though its results cannot be seen`);
  const processes = machine.attempt(run.id, end.attempt);
  return processes !== null && !hasStalled(processes, machine) ? rule(8, `attempt ${end.attempt} is ended, and made a milestone`) : null;
}

/** Ended for this reason twice, it is resumed, though nobody asked and nothing was achieved. */
function triesAgain(seen: Seen, { run, actions, observation, reply }: RunDecision): BrokenRule | null {
  const asked = observation.kind === 'operator.requested' && reply?.accepted === true;
  const isAnother = (run.strongMilestone ?? 0) !== (seen.run.strongMilestone ?? 0) || run.milestone?.what !== seen.run.milestone?.what;
  const isMended = run.recovery !== null || seen.run.recovery !== null;
  if (asked || isAnother || isMended) seen.circles = [];
  const end = actions.find((action) => action.kind === 'end' && action.because.includes('DOGWATCH_MAX_REPEATS'));
  if (end?.kind === 'end') seen.circles = [...new Set([...(seen.circles ?? []), end.attempt])];
  const isResumed = actions.some(({ kind }) => kind === 'resume');
  return isResumed && (seen.circles ?? []).length >= 2 ? rule(13, 'resumed after it went in a circle twice') : null;
}
