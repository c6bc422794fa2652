import { aliveRules } from './rules-alive.ts';
import { deadRules } from './rules-dead.ts';
import type { Run } from './run.ts';
import { elapsedMs, inWords } from './time.ts';
import type { Action, Instant, Question, RunState } from './types.ts';

/** What a rule wants: the state the run is in, why, and what to do or to ask. Null from a rule: it does not apply. */
export interface Verdict {
  readonly state: RunState;
  readonly because: string;
  readonly patch?: Partial<Run>;
  readonly actions?: readonly Wish[];
  readonly questions?: readonly Question['kind'][];
}

/** An action before it has its id. */
export type Wish =
  | { readonly kind: 'resume'; readonly mode: 'start' | 'resume' | 'fresh'; readonly reason: string }
  | { readonly kind: 'end'; readonly because: string }
  | { readonly kind: 'escalate'; readonly to: 'supervisor' | 'operator'; readonly cause: string; readonly because: string };

export interface Moment {
  readonly at: Instant;
  readonly jitter: number;
}

export type Rule = (run: Run, now: Moment) => Verdict | null;

/**
 * The decision table: the first rule that applies decides. Rules look at what is known, not at what just happened, so an observation
 * that is lost, late or doubled changes nothing in the end.
 */
export const RULES: readonly (readonly [string, Rule])[] = [
  ['an action is in flight', inFlight],
  ['the run is over', over],
  ['the operator stops it', stopping],
  ['done', done],
  ['the operator holds it', held],
  ['the agent needs a person', blocked],
  ['somebody else has its turn', othersTurn],
  ...aliveRules,
  ...deadRules,
];

const stay = (run: Run): Verdict => ({ state: run.state, because: run.because });

function inFlight(run: Run): Verdict | null {
  return run.pending === null ? null : stay(run);
}

function over(run: Run, { at }: Moment): Verdict | null {
  if (run.state === 'failed' || run.state === 'stopped') return run.stopping && run.attempt?.alive ? null : stay(run);
  if (run.state !== 'complete') return null;
  const { lingerMs } = run.spec.policy;
  const lingers = run.attempt?.alive === true && (run.stopping !== null || elapsedMs(run.since, at) >= lingerMs);
  if (!lingers || run.paused !== null || isObserveOnly(run)) return stay(run);
  return {
    ...stay(run),
    actions: [{ kind: 'end', because: `the run is complete, and its process lingered for ${inWords(elapsedMs(run.since, at))}` }],
  };
}

function stopping(run: Run): Verdict | null {
  if (run.stopping === null) return null;
  const { because } = run.stopping;
  if (run.blocked !== null && hasProcesses(run)) return null;
  if (hasProcesses(run)) return { state: run.state, because: `stopping: ${because}`, actions: [{ kind: 'end', because }] };
  return { state: 'stopped', because, patch: { stopping: null, due: null, claim: null } };
}

const hasProcesses = (run: Run): boolean => run.attempt?.alive === true || (run.attempt?.survivors ?? 'none') !== 'none';

function done(run: Run): Verdict | null {
  if (run.proof === null) return null;
  return { state: 'complete', because: run.proof, patch: { due: null, holds: [], claim: null, paused: null, blocked: null } };
}

const isObserveOnly = (run: Run): boolean => !run.hostEnabled || !run.spec.policy.enabled;

function held(run: Run, { at }: Moment): Verdict | null {
  if (run.paused === null && !isObserveOnly(run)) return run.holds.some(isOperatorsHold) ? release(run) : null;
  const because = run.paused
    ? `paused by the operator (${run.paused.because}); \`dogwatch unpause ${run.name}\` releases it`
    : 'DOGWATCH_ENABLED=0: dogwatch only observes';
  const patch = { holds: [{ kind: 'operator' as const, untilWall: null, because }], due: null };
  if (run.attempt?.alive !== true) return { state: keepsItsTurn(run) ? run.state : 'held', because, patch };
  return { ...livingState(run, at), patch };
}

const isOperatorsHold = (hold: Run['holds'][number]): boolean => hold.kind === 'operator';

/** The hold is lifted: decide again as if it had never been there. */
function release(run: Run): Verdict | null {
  return decideWithout(run);
}

function decideWithout(_run: Run): Verdict | null {
  return null;
}

const keepsItsTurn = (run: Run): boolean => run.state === 'handed-off' || run.state === 'escalated' || run.state === 'recovering';

function blocked(run: Run): Verdict | null {
  if (run.blocked === null || run.state === 'escalated') return null;
  const because = `a person is needed: ${run.blocked}`;
  return { state: 'escalated', because, patch: { due: null }, actions: [{ kind: 'escalate', to: 'operator', cause: 'blocked', because }] };
}

function othersTurn(run: Run): Verdict | null {
  return keepsItsTurn(run) ? stay(run) : null;
}

/** The state of a run whose process is alive: by its activity. */
export function livingState(run: Run, at: Instant): Verdict {
  const { attempt, spec } = run;
  if (attempt === null || attempt.lastActivity === null)
    return { state: 'starting', because: `attempt ${attempt?.number ?? 1} was started and has not shown activity yet` };
  const silentMs = elapsedMs(attempt.lastActivity, at);
  if (silentMs < spec.policy.quietMs) return { state: 'working', because: `attempt ${attempt.number} is active` };
  if (attempt.tool !== null) return { state: 'quiet', because: `attempt ${attempt.number} is busy with ${attempt.tool.name}` };
  return { state: 'quiet', because: `attempt ${attempt.number} is alive without activity` };
}
