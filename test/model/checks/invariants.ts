import type { RunDecision } from '../../../src/core/decision.ts';
import type { Attempt } from '../../../src/core/model/attempt.ts';
import type { RunState } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { elapsedMs } from '../../../src/core/values/duration.ts';
import { MINUTE } from '../../kit/core/world.ts';
import { PERHAPS_LEFT } from '../world/effects.ts';
import { CHILD } from '../world/lives.ts';
import type { Machine } from '../world/machine.ts';
import { LARGE_LOG_BYTES } from '../world/volume.ts';
import type { Asked } from './asks.ts';
import { isEndedForCap, type SpendingRead } from './caps.ts';
import { mayGoNowhere } from './circles.ts';
import type { DaysRead } from './days.ts';
import { mayHaveToWait } from './parked.ts';

/** What an observer remembers of a run without knowing the core. */
export interface Seen {
  run: Run;
  isPaused: boolean;
  isStopped: boolean;
  isHandedOff: boolean;
  /** Its log has filled the disk, and nobody has resumed it since. */
  isFlooder: boolean;
  /** The milestones that the core knew of, in words, and the highest number of todos done. */
  known: readonly string[];
  todos: number;
  /** The last attempt that seemed to be active for long: late log lines look like a long life. */
  longLived?: number;
  /** Attempts in a row that were ended for going in a circle. */
  circles?: readonly number[];
  /** When it last did not work under its watchdog alone (ms since the program began). */
  leftAloneMs?: number;
  /** What was read of what it spent. */
  spending?: SpendingRead;
  days?: DaysRead;
  /** What was asked, by the number of the question. */
  asked?: Asked;
}

export interface BrokenRule {
  readonly invariant: number;
  readonly what: string;
}

export const rule = (invariant: number, what: string): BrokenRule => ({ invariant, what });

const OVER: readonly RunState[] = ['complete', 'stopped', 'failed'];
const OTHERS_TURN: readonly RunState[] = ['handed-off', 'recovering', 'escalated'];

/**
 * 2 and 4: a run that is over, held or handed off is not resumed, and each hand-off happens once.
 */
export function againstItsState(seen: Seen, { observation, run, actions, reply }: RunDecision): BrokenRule | null {
  const resumes = actions.some(({ kind }) => kind === 'resume');
  const before = seen.run;
  const asked = observation.kind === 'operator.requested' && reply?.accepted === true ? observation.command.kind : null;
  if (asked === 'pause') seen.isPaused = true;
  if (asked === 'unpause' || asked === 'resume' || asked === 'stop') seen.isPaused = false;
  if (asked === 'stop') seen.isStopped = true;
  if (asked === 'resume') seen.isStopped = false;
  const isMended = run.recovery?.phase === 'trial' || (before.recovery !== null && run.recovery === null);
  if (asked === 'resume' || isMended) seen.isHandedOff = false;
  if (observation.kind === 'log.cut' && observation.tookBytes >= LARGE_LOG_BYTES && observation.attempt === before.attempt?.number)
    seen.isFlooder = true;
  if (asked === 'resume') seen.isFlooder = false;
  if (resumes && seen.isFlooder) return rule(5, 'resumed, and its log has filled the disk');
  if (resumes && seen.isPaused) return rule(2, 'resumed while the operator holds it');
  if (resumes && seen.isStopped) return rule(2, 'resumed after the operator stopped it');
  if (resumes && asked !== 'resume' && OVER.includes(before.state)) return rule(2, `resumed while it is ${before.state}`);
  if (resumes && asked !== 'resume' && !isMended && OTHERS_TURN.includes(before.state))
    return rule(2, `resumed while it is ${before.state}`);
  if (actions.filter(({ kind }) => kind !== 'escalate').length > 1) return rule(1, 'two actions at once');
  const handsOff = actions.some((action) => action.kind === 'escalate' && action.to === 'supervisor');
  if (handsOff && seen.isHandedOff) return rule(4, 'handed off twice');
  if (handsOff) seen.isHandedOff = true;
  return null;
}

/**
 * 4 and 5: every resume without an excuse is charged, and only a true milestone, the operator or a
 * recovery undoes that.
 */
export function againstItsBudget(seen: Seen, { observation, run, actions, reply }: RunDecision, machine: Machine): BrokenRule | null {
  const { run: before } = seen;
  if (run.attempt !== null && seemsLong(run.attempt, run.spec.policy.promptAfterMs)) seen.longLived = run.attempt.number;
  if (run.charged.length > run.spec.policy.maxResumes) return rule(4, `${run.charged.length} resumes since the last milestone`);
  if (isOther(run.milestone, before.milestone) && run.milestone !== null && !isMilestone(seen, run, machine))
    return rule(4, `a false milestone (${run.milestone.what})`);
  const asked = observation.kind === 'operator.requested' && reply?.accepted === true && observation.command.kind === 'resume';
  const reached = run.milestone?.attempt ?? 0;
  const isFree = (number: number) =>
    asked ||
    (observation.kind === 'evidence.gathered' && !machine.seesEvidence(run.id)) ||
    number <= reached ||
    number >= run.tried ||
    run.holds.some(({ kind }) => kind === 'disk') ||
    run.shot !== null ||
    before.pending?.kind === 'resume';
  const gone = before.charged.filter((number) => !run.charged.includes(number) && !isFree(number));
  if (gone.length > 0) return rule(4, `the resume ${gone[0]} is taken off the budget without a reason`);
  const resume = actions.find(({ kind }) => kind === 'resume');
  if (resume?.kind !== 'resume') return null;
  const held = refusedIn(before, machine);
  if (held !== null && run.charged.includes(resume.attempt) && before.excuse !== null) return rule(5, `${held} is charged to the budget`);
  if (machine.isTooFull(run)) return rule(5, 'resumed on a critical disk');
  return null;
}

/** 1: nothing that may still be alive is reported as gone. */
export function saysMoreThanIsKnown({ observation, because }: RunDecision, machine: Machine): BrokenRule | null {
  if (observation.kind !== 'action.settled' || observation.outcome.kind !== 'ended') return null;
  const { attempt } = observation.outcome;
  const isUnseenLeft = machine.attempt(observation.run, attempt)?.isUnseenLeft === true;
  const isSaid = because.includes(PERHAPS_LEFT) || !because.includes('is gone');
  return isUnseenLeft && !isSaid ? rule(1, `attempt ${attempt} is said to be gone, which cannot be known`) : null;
}

const isOther = (one: Run['milestone'], other: Run['milestone']): boolean => one?.what !== other?.what || one?.attempt !== other?.attempt;

/** Something true that was not known before. What an agent says may arrive out of order. */
function isMilestone(seen: Seen, run: Run, machine: Machine): boolean {
  const { commits, progress } = machine.truthOf(run.id);
  const what = run.milestone?.what ?? '';
  if (what.includes('new content in the worktree')) return hasWorked(run, seen, machine);
  const step = /^step (\d+)$/.exec(what);
  const commit = /^new commit commit-(\d+)$/.exec(what);
  if (step === null && commit === null) {
    const isMore = run.marks.todos > seen.todos;
    seen.todos = run.marks.todos;
    return isMore;
  }
  if (seen.known.includes(what)) return false;
  seen.known = [...seen.known, what];
  // What existed at the first look is not progress.
  const isNow = Number(commit?.[1]) >= 1 && Number(commit?.[1]) <= commits;
  return step === null ? isNow : Number(step[1]) <= progress;
}

const seemsLong = ({ startedAt, lastActivity }: Attempt, longMs: number): boolean =>
  lastActivity !== null && elapsedMs(startedAt, lastActivity) > longMs;

/**
 * New files are a milestone only of an attempt that worked: what a failure leaves behind does not
 * count.
 */
function hasWorked({ id, milestone }: Run, { longLived }: Seen, machine: Machine): boolean {
  const number = milestone?.attempt ?? 0;
  const signals = machine.attempt(id, number)?.lines.flatMap((line) => line.signals) ?? [];
  return longLived === number || signals.some((one) => one.kind === 'tool' || (one.kind === 'turn' && one.well));
}

/** The refusal that the last attempt really ended with, or null if there was none. */
function refusedIn({ id, attempt }: Run, machine: Machine): string | null {
  if (attempt === null) return null;
  const lines = machine.attempt(id, attempt.number)?.lines ?? [];
  let refused: string | null = null;
  for (const { kind, ...rest } of lines.flatMap(({ signals }) => signals)) {
    if (kind === 'limit' || kind === 'auth') refused = kind;
    if (kind === 'tool' || (kind === 'turn' && 'well' in rest && rest.well)) refused = null;
  }
  return refused;
}

/** 8: what a child of another run's agent writes holds no run. */
export function heldByChild({ run }: RunDecision, machine: Machine): BrokenRule | null {
  if (!run.holds.some(({ because }) => because.includes(CHILD))) return null;
  const lines = machine.attempt(run.id, 1)?.lines ?? [];
  const isOwn = lines.some(({ signals }) => signals.some((signal) => 'text' in signal && signal.text === CHILD));
  return isOwn ? null : rule(8, 'held by what a child of another run said');
}

/** How late observations of the machine may be. */
export const OBSERVATION_DELAY_MS = 21_000;

/**
 * 8: a working agent is left alone, unless the operator, its own end or a disk filled by its log
 * demands otherwise.
 */
export function endsTheLiving(decision: RunDecision, machine: Machine): BrokenRule | null {
  const { run, actions } = decision;
  if (isEndedForCap(decision)) return null;
  const end = actions.find(({ kind }) => kind === 'end');
  if (end?.kind !== 'end' || run.stopping !== null || run.state === 'complete' || run.proof !== null || run.flooded != null) return null;
  if (mayHaveToWait(run, machine)) return null;
  const processes = machine.attempt(run.id, end.attempt);
  if (processes === null || !processes.isAlive || processes.tool !== null || mayGoNowhere(processes, machine)) return null;
  const silentMs = machine.clock.nowMs - processes.wroteMs;
  return silentMs > OBSERVATION_DELAY_MS && silentMs < 4 * MINUTE
    ? rule(8, `attempt ${end.attempt} is ended, and it wrote ${silentMs} ms ago`)
    : null;
}
