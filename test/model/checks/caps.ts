import type { RunDecision } from '../../../src/core/decision.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { MENDING_COSTS } from '../programs/spending.ts';
import type { Machine } from '../world/machine.ts';
import { type BrokenRule, rule, type Seen } from './invariants.ts';

/** What of the spending of a run was read, without knowing the core. */
export interface SpendingRead {
  /** How many lines of the log of each attempt. */
  readonly lines: Readonly<Record<number, number>>;
  /** The recovery agents that are over. */
  readonly mended: readonly number[];
}

const NOTHING_READ: SpendingRead = { lines: {}, mended: [] };

/**
 * 14: at its cap nothing is started for a run, and a living attempt is ended with its next step; a
 * run that has not reached it is not stopped for it.
 */
export function keepsItsCap(seen: Seen, decision: RunDecision, machine: Machine): BrokenRule | null {
  const { spending } = machine.planOf(decision.run.id);
  if (spending === undefined) return null;
  const before = spentOf(seen.spending ?? NOTHING_READ, decision.run.id, machine);
  seen.spending = readOn(seen, decision);
  const now = spentOf(seen.spending, decision.run.id, machine);
  const starts = decision.actions.find(({ kind }) => kind === 'resume' || kind === 'recover');
  if (starts !== undefined && now >= spending.cap) return rule(14, `${starts.kind} after ${now} of ${spending.cap} were spent`);
  if (now > before && before >= spending.cap && decision.observation.kind === 'log.read' && goesOn(decision.run))
    return rule(14, `attempt ${decision.run.attempt?.number} goes on after ${before} of ${spending.cap} were spent`);
  const isStopped = decision.actions.some((action) => endsForCap(action) || (action.kind === 'escalate' && action.cause === 'cost'));
  return isStopped && now < spending.cap ? rule(14, `stopped for its cap after ${now} of ${spending.cap} were spent`) : null;
}

const endsForCap = (action: RunDecision['actions'][number]): boolean =>
  action.kind === 'end' && /DOGWATCH_MAX_(?:COST|TOKENS)/.test(action.because);

/** A working agent is ended for what it costs. */
export const isEndedForCap = ({ actions }: RunDecision): boolean => actions.some(endsForCap);

/**
 * An agent whose turn is over has some time to exit by itself; a process that cannot be ended is for
 * a person.
 */
export const goesOn = ({ attempt, pending, proof, stopping, blocked, state }: Run): boolean =>
  attempt?.alive === true &&
  attempt.turnOver === null &&
  [pending, proof, stopping, blocked].every((one) => one === null) &&
  !['complete', 'stopped', 'failed'].includes(state);

function readOn({ spending = NOTHING_READ, run: before }: Seen, { observation, run }: RunDecision): SpendingRead {
  const { lines, mended } = spending;
  if (observation.kind === 'log.read' && observation.attempt === run.attempt?.number)
    return { lines: { ...lines, [observation.attempt]: observation.cursor.offset }, mended };
  if (observation.kind !== 'action.settled' || observation.outcome.kind !== 'recovery-ended') return spending;
  const number = before.recovery?.number;
  const isCurrent = before.pending?.id === observation.action && number !== undefined && !mended.includes(number);
  return isCurrent ? { lines, mended: [...mended, number] } : spending;
}

const spentOf = ({ lines, mended }: SpendingRead, run: string, machine: Machine): number =>
  machine.attempts
    .filter((one) => one.run === run)
    .flatMap(({ attempt, spent }) => spent.filter(({ line }) => line < (lines[attempt] ?? 0)))
    .reduce((sum, { usd }) => sum + usd, MENDING_COSTS * mended.length);
