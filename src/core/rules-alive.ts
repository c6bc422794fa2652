import { asHold, holdsOf } from './account-hold.ts';
import { FRESH_SAMPLE_MS, lossInWords } from './learn-attempt.ts';
import { isUnheard, leftAloneUntil, livingState, patienceMs, silentSince } from './living.ts';
import type { Moment, Verdict } from './rule.ts';
import { fills } from './rules-fill.ts';
import type { Attempt, Run } from './run.ts';
import { elapsedMs, inWords } from './time.ts';
import type { Instant } from './types.ts';

/**
 * A living attempt: left alone while it is active or busy, ended when it is wedged. Never on ignorance: a fresh look at its processes
 * is needed, and a whole window in which they did nothing.
 */
export function alive(run: Run, now: Moment): Verdict | null {
  const { at, holds } = now;
  const { attempt } = run;
  if (attempt === null || !attempt.alive) return null;
  const state = lookedAt(run, at);
  const filling = fills(run, now, state);
  if (filling !== null) return filling;
  if (leftAloneUntil(run, holds, at) !== null) return { ...state, holds: holdsOf(run, holds).map(asHold) };
  if (attempt.overflows >= MAX_OVERFLOWS)
    return ending(state, `attempt ${attempt.number} gets nowhere: its context was full ${attempt.overflows} times in a row`);
  // It may print all the time.
  if (isUnheard(attempt)) return state;
  const silentMs = elapsedMs(silentSince(attempt), at);
  if (silentMs < patienceMs(run) || !hasFreshSample(attempt, at)) return state;
  if (attempt.tool !== null) return overlong(run, attempt.tool, at) ?? state;
  if (attempt.cpu?.idle !== true) return state;
  return ending(state, `attempt ${attempt.number} ${wedged(attempt, inWords(silentMs))}`);
}

/** Who waits for a permission, quietly, is told of before it is ended: where somebody can answer it, he may. */
function lookedAt(run: Run, at: Instant): Verdict {
  const state: Verdict = { ...livingState(run, at), ...logLost(run.attempt) };
  return state.state === 'quiet' ? { ...state, ...permissionAsked(run.attempt) } : state;
}

/** What an operator has to hear of at once: a tool that tidies up may do it to others, too. */
function logLost(attempt: Run['attempt']): Pick<Verdict, 'notice'> {
  if (attempt?.lostLog == null) return {};
  return { notice: { cause: 'lost-log', because: lossInWords(attempt) } };
}

export function permissionAsked(attempt: Run['attempt']): Pick<Verdict, 'notice'> {
  if (attempt?.trouble?.kind !== 'permission') return {};
  return { notice: { cause: 'permission', because: `the agent asked for a permission that nobody could give: ${attempt.trouble.text}` } };
}

function wedged({ lastActivity, trouble, turnOver }: Attempt, silent: string): string {
  if (trouble?.kind === 'permission') return `waits for a permission that nobody can give (DOGWATCH_PERMISSION_GRACE): ${trouble.text}`;
  if (lastActivity === null) return `showed no activity within ${silent} of its start (DOGWATCH_STARTUP): a failed start`;
  if (turnOver !== null) return `lingers: its turn is over, no activity for ${silent} (DOGWATCH_STARTUP) and no tool running`;
  return `is wedged: no activity for ${silent} (DOGWATCH_IDLE) and no tool running`;
}

/** An agent that compacts its session does something in between. */
export const MAX_OVERFLOWS = 5;

const hasFreshSample = ({ sampledAt, ...attempt }: Attempt, at: Instant): boolean =>
  sampledAt !== null && sampledAt.mono >= silentSince({ sampledAt, ...attempt }).mono && elapsedMs(sampledAt, at) <= FRESH_SAMPLE_MS;

function overlong(run: Run, tool: NonNullable<Attempt['tool']>, at: Instant): Verdict | null {
  const runningMs = elapsedMs(tool.since, at);
  if (runningMs < run.spec.policy.maxToolMs) return null;
  const because = `the tool ${tool.name} runs for ${inWords(runningMs)} (DOGWATCH_MAX_TOOL)`;
  if (run.overlongTool !== tool.key) return { ...ending(livingState(run, at), because), patch: { overlongTool: tool.key } };
  return {
    state: 'escalated',
    because: `${because}, for the second time; its process is left alone`,
    wish: { kind: 'escalate', to: 'operator', cause: 'overlong-tool' },
  };
}

const ending = (state: Verdict, because: string): Verdict => ({ ...state, because, wish: { kind: 'end', because } });
