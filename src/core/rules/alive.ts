import { asHold, holdsOf, leftAloneUntil } from '../account/hold.ts';
import { FRESH_SAMPLE_MS, lossInWords } from '../evolve/attempt.ts';
import type { Instant } from '../model/facts.ts';
import type { Attempt, Run } from '../model/run.ts';
import { isUnheard, patienceMs, silentSince } from '../run/liveness.ts';
import { throttledBetween } from '../run/memory.ts';
import { elapsedMs, inWords } from '../values/duration.ts';
import { waiting } from './asks.ts';
import { fills } from './disk-fill.ts';
import { getsNowhere } from './nowhere.ts';
import { type Moment, NEVER, type Verdict } from './rule.ts';
import { parked } from './withheld.ts';

/**
 * A living attempt is left alone while it is active or busy, and ended when it is wedged. Never on
 * ignorance: that needs a fresh sample of its processes and a full window in which they did
 * nothing.
 */
export function alive(run: Run, now: Moment): Verdict | null {
  const { attempt } = run;
  if (attempt === null || !attempt.alive) return null;
  const state = lookedAt(run, now.at);
  const filling = fills(run, now, state);
  if (filling?.wish !== undefined) return filling;
  return parked(run, attempt, leftOrEnded(run, attempt, now, filling ?? state), now);
}

function leftOrEnded(run: Run, attempt: Attempt, { at, holds }: Moment, state: Verdict): Verdict {
  const leftAlone = leftAloneUntil(run, holds, at);
  const asking = waiting(run, state);
  if (asking !== null) return asking;
  if (leftAlone !== null) return { ...waking(state, at.mono + (leftAlone - at.wall)), holds: holdsOf(run, holds).map(asHold) };
  if (attempt.overflows >= MAX_OVERFLOWS)
    return ending(state, `attempt ${attempt.number} gets nowhere: its context was full ${attempt.overflows} times in a row`);
  const nowhere = getsNowhere(run, attempt, at, state);
  if (nowhere?.wish !== undefined) return nowhere;
  return quietOrEnded(run, attempt, at, nowhere ?? state);
}

function quietOrEnded(run: Run, attempt: Attempt, at: Instant, state: Verdict): Verdict {
  // It may be printing all the time.
  if (isUnheard(attempt)) return state;
  const throttled = throttledBetween(attempt);
  if (throttled !== null && at.mono <= throttled.untilMono) {
    if (at.mono >= throttled.fromMono) return throttledTooLong(attempt, at, state);
    return stillOrEnded(run, attempt, at, waking(state, throttled.fromMono));
  }
  return stillOrEnded(run, attempt, at, state);
}

function throttledTooLong(attempt: Attempt, at: Instant, state: Verdict): Verdict {
  const forMs = elapsedMs(attempt.memory?.since ?? at, at);
  const because = `attempt ${attempt.number} is wedged: it has been throttled for lack of memory for ${inWords(forMs)}, without any progress; its unit needs more (--memory), or its tools must use less`;
  return { ...ending(state, because), notice: { cause: 'memory', because } };
}

function stillOrEnded(run: Run, attempt: Attempt, at: Instant, state: Verdict): Verdict {
  const [endsAtMono, freshUntilMono] = [mayEndAt(run, attempt), sampleHoldsUntil(attempt)];
  if (at.mono > freshUntilMono) return state;
  if (at.mono < endsAtMono) return endsAtMono <= freshUntilMono ? waking(state, endsAtMono) : state;
  if (attempt.tool !== null) return overlong(run, attempt.tool, at);
  return ending(state, `attempt ${attempt.number} ${wedged(attempt, inWords(elapsedMs(silentSince(attempt), at)))}`);
}

const waking = (verdict: Verdict, atMono: number): Verdict => ({ ...verdict, wakeAtMono: Math.min(verdict.wakeAtMono, atMono) });

/**
 * When it becomes wedged, or its tool overlong, if it continues as in the last sample (ms,
 * monotonic).
 */
function mayEndAt(run: Run, attempt: Attempt): number {
  const patientUntil = silentSince(attempt).mono + patienceMs(run);
  if (attempt.tool !== null) return Math.max(patientUntil, attempt.tool.since.mono + run.spec.policy.maxToolMs);
  return attempt.cpu?.idle === true ? patientUntil : NEVER;
}

/**
 * Until when the last sample is believed (ms, monotonic). A sample from before the silence says
 * nothing about it.
 */
const sampleHoldsUntil = (attempt: Attempt): number =>
  attempt.sampledAt !== null && attempt.sampledAt.mono >= silentSince(attempt).mono
    ? attempt.sampledAt.mono + FRESH_SAMPLE_MS
    : Number.NEGATIVE_INFINITY;

/**
 * A quiet attempt that waits for a permission is reported before it is ended: somebody may be there
 * to answer.
 */
function lookedAt(run: Run, at: Instant): Verdict {
  const state: Verdict = { ...livingState(run, at), ...logLost(run.attempt) };
  return state.state === 'quiet' ? { ...state, ...permissionAsked(run.attempt) } : state;
}

/** The operator must know at once: a tool that cleans up may do the same to other runs. */
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

function overlong(run: Run, tool: NonNullable<Attempt['tool']>, at: Instant): Verdict {
  const runningMs = elapsedMs(tool.since, at);
  const because = `the tool ${tool.name} has been running for ${inWords(runningMs)} (DOGWATCH_MAX_TOOL)`;
  if (run.streak.overlongTool !== tool.key)
    return { ...ending(livingState(run, at), because), patch: { streak: { ...run.streak, overlongTool: tool.key } } };
  return {
    state: 'escalated',
    because: `${because}, for the second time; its process is left alone`,
    wish: { kind: 'escalate', to: 'operator', cause: 'overlong-tool' },
    wakeAtMono: NEVER,
  };
}

const ending = (state: Verdict, because: string): Verdict => ({ ...state, because, wish: { kind: 'end', because }, wakeAtMono: NEVER });

/** The state of a run whose process is alive, by its activity. */
export function livingState(run: Run, at: Instant): Verdict {
  const { attempt, spec } = run;
  if (attempt === null) throw new Error(`run ${run.id} has no attempt that could be alive`);
  if (attempt.lastActivity === null)
    return { state: 'starting', because: `attempt ${attempt.number} was started and has not shown activity yet`, wakeAtMono: NEVER };
  if (elapsedMs(attempt.lastActivity, at) < spec.policy.quietMs)
    return {
      state: 'working',
      because: `attempt ${attempt.number} is active${afterLoss(attempt)}`,
      wakeAtMono: attempt.lastActivity.mono + spec.policy.quietMs,
    };
  return { state: 'quiet', because: `attempt ${attempt.number} is ${howQuiet(attempt)}`, wakeAtMono: NEVER };
}

function howQuiet(attempt: Attempt): string {
  if (isUnheard(attempt)) return `alive; ${UNHEARD} ${attempt.lostLog?.because}`;
  if (attempt.tool !== null) return `busy with a tool (${attempt.tool.name})`;
  return `alive without recent activity${afterLoss(attempt)}`;
}

const UNHEARD = 'whether it is active is not known, because its log';

const afterLoss = ({ lostLog }: Attempt): string => (lostLog == null ? '' : `; its log ${lostLog.because}`);
