import type { Instant } from '../model/facts.ts';
import { isActive, isOver, type Run } from '../model/run.ts';
import { needsEnding, patienceMs } from '../run/liveness.ts';
import { isLeftAlone, ownerOf } from '../run/owner.ts';
import { elapsedMs, inWords } from '../values/duration.ts';

/** What the hourly check does about a run: the cheapest thing that helps. */
export interface SupervisionVerdict {
  readonly verdict: 'nothing' | 'start-watchdog' | 'defer' | 'recover' | 'escalate';
  readonly because: string;
}

/**
 * The holder of the lease. `stopped`: it lives but has given no sign of life for
 * `DOGWATCH_LEASE_TIMEOUT`.
 */
export type WatchdogCondition = 'alive' | 'stopped' | 'none';

/** A run that needs a recovery agent that cannot be started, for the reason given. */
export const hindered = ({ because }: SupervisionVerdict, why: string): SupervisionVerdict => ({
  verdict: 'escalate',
  because: `no recovery agent can be started (${why}): a person is notified; ${because}`,
});

/**
 * Judges a run from outside, by what is on disk. While a watchdog is alive, it acts, until it has
 * handed the run off. `recovers`: an agent is configured that mends handed-off runs; without one, a
 * person was notified and nothing else can happen.
 */
export function supervisionVerdict(run: Run, watchdog: WatchdogCondition, at: Instant, recovers = true): SupervisionVerdict {
  const rest = restsBecause(run);
  if (rest !== null) return { verdict: 'nothing', because: rest };
  if (watchdog === 'stopped')
    return { verdict: 'start-watchdog', because: `the watchdog gives no sign of life: another one replaces it; ${about(run)}` };
  if (recovers && run.state === 'handed-off' && run.pending === null && (watchdog === 'none' || run.hostEnabled))
    return { verdict: 'recover', because: `handed off: ${run.because}` };
  if (watchdog === 'none') return { verdict: 'start-watchdog', because: `no watchdog is alive; ${about(run)}` };
  return underWatch(run, at, recovers);
}

/** Why nobody has to act on the run, or null if somebody has to. */
function restsBecause(run: Run): string | null {
  if (!isActive(run)) return `it is ${run.state}`;
  // The operator's stop is followed, whatever else holds.
  if (run.stopping !== null) return null;
  if (run.paused !== null) return `it is paused: ${run.paused.because}`;
  if (!run.spec.policy.enabled) return 'it was registered with DOGWATCH_ENABLED=0';
  return null;
}

function underWatch(run: Run, at: Instant, recovers: boolean): SupervisionVerdict {
  if (isOver(run)) return { verdict: 'nothing', because: about(run) };
  if (!run.hostEnabled) return { verdict: 'nothing', because: 'the watchdog runs with DOGWATCH_ENABLED=0: it only observes' };
  if (ownerOf(run, recovers) === 'operator' && isLeftAlone(run))
    return { verdict: 'nothing', because: `a person was notified: ${run.because}` };
  const progress = progressOf(run, at);
  if (progress !== null) return { verdict: 'nothing', because: progress };
  return { verdict: 'defer', because: `the watchdog is alive and has not handed it off; ${about(run)}` };
}

/** What shows that it goes on, or will by itself, or null if nothing does. */
function progressOf(run: Run, at: Instant): string | null {
  const { attempt, stopping } = run;
  if (isLeftAlone(run) || stopping !== null) return null;
  if (attempt?.alive === true) {
    if (attempt.lastActivity === null) return null;
    const silentMs = elapsedMs(attempt.lastActivity, at);
    return silentMs < patienceMs(run) ? `attempt ${attempt.number} was active ${inWords(silentMs)} ago` : null;
  }
  const hold = run.holds.find(({ untilWall }) => untilWall !== null && untilWall > at.wall);
  return hold?.untilWall == null ? null : `it waits for ${inWords(hold.untilWall - at.wall)}: ${hold.because}`;
}

const about = (run: Run): string =>
  isOver(run) && needsEnding(run) ? `it is ${run.state}, and one of its processes is left` : `it is ${run.state}: ${run.because}`;
