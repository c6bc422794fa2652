import type { Instant, Observation, ProcessIdentity } from '../model/facts.ts';
import type { Attempt, DeadAttempt, LivingAttempt, Run } from '../model/run.ts';
import { NO_STREAK } from '../model/streak.ts';

/** A new attempt: nothing is known of it except that it was started. */
export const newAttempt = (
  number: number,
  shim: ProcessIdentity | null,
  agent: ProcessIdentity | null,
  mode: Attempt['mode'],
  startedAt: Instant,
): LivingAttempt => ({
  number,
  mode,
  startedAt,
  shim,
  agent,
  alive: true,
  endedAt: null,
  exit: null,
  survivors: 'none',
  lastActivity: null,
  bytes: 0,
  turns: 0,
  tools: 0,
  overflows: 0,
  lastTurn: null,
  turnOver: null,
  trouble: null,
  tool: null,
  cpu: null,
  wroteWall: null,
  sampledAt: null,
  endingBecause: null,
});

/** The attempt once it is known to be dead. */
export const deadAttempt = (attempt: Attempt, end: Pick<DeadAttempt, 'endedAt' | 'exit' | 'survivors'>): DeadAttempt => ({
  ...attempt,
  ...end,
  alive: false,
  tool: null,
});

/**
 * A newly registered run. An adopted process counts as active from when it was found, because how
 * long it has worked is unknown.
 */
export function newRun(seen: Observation & { kind: 'run.registered' }, hostEnabled: boolean): Run {
  const { foreign, spec, at } = seen;
  const adopted = foreign === null ? null : { ...newAttempt(1, null, foreign, 'start', at), lastActivity: at };
  return {
    id: seen.run,
    name: spec.name,
    generation: seen.generation,
    spec,
    state: adopted === null ? 'waiting' : 'working',
    because: 'registered',
    since: at,
    registeredAt: at,
    attempt: adopted,
    tried: adopted === null ? 0 : 1,
    session: null,
    pending: null,
    due: null,
    charged: [],
    resumes: 0,
    milestone: null,
    marks: { baseline: false, todos: 0, progress: null, seen: [] },
    streak: NO_STREAK,
    gaveUpSession: false,
    shot: null,
    paused: null,
    stopping: null,
    blocked: null,
    hostEnabled,
    holds: [],
    claim: null,
    proof: null,
    refusal: null,
    operatorPrompt: null,
    asked: { check: null, evidence: null, session: null },
    answered: { check: 0, evidence: -1, session: 0 },
    excuse: null,
    recovery: null,
    recoveries: { tried: 0, sinceMilestone: 0, begun: [] },
    attendedAt: null,
    cursors: {},
    journals: {},
  };
}
