import { waitsFor } from '../core/asks/ask.ts';
import type { Hold } from '../core/model/facts.ts';
import { isOver, type Run } from '../core/model/run.ts';
import { isRecovering } from '../core/recovery/lifecycle.ts';
import { needsEnding, patienceMs, silentSince } from '../core/run/liveness.ts';
import { ownerOf } from '../core/run/owner.ts';
import type { NextStep } from './model.ts';

/** The step without who takes it; `atWall` is ms since the epoch. */
interface Step extends Pick<NextStep, 'what' | 'bound'> {
  readonly atWall: number | null;
}

/**
 * What happens to a run next by itself, and when. `recovers`: an agent is configured that mends
 * handed-off runs.
 */
export function nextOf(run: Run, recovers: boolean): NextStep {
  const { what, atWall, bound } = inFlight(run) ?? (isOver(run) ? afterEnd(run) : (withheld(run) ?? whileActive(run, recovers)));
  return { what, at: atWall === null ? null : new Date(atWall).toISOString(), bound, by: ownerOf(run, recovers) };
}

const step = (what: string, atWall: number | null = null, bound: Step['bound'] = 'at'): Step => ({ what, atWall, bound });

function inFlight({ pending, stopping, attempt, recovery }: Run): Step | null {
  switch (pending?.kind) {
    case 'resume':
      return step(`attempt ${pending.attempt} is being started`);
    case 'recover':
      return step(`recovery agent ${recovery?.number ?? ''} is being started`.replace('  ', ' '));
    case 'end':
      return step(
        attempt?.alive === true ? `attempt ${pending.attempt} is being ended` : `what is left of attempt ${pending.attempt} is being ended`,
      );
    case 'end-recovery':
      return step('the recovery agent is being ended');
    case undefined:
      return stopping === null ? null : step('it is being stopped');
  }
}

function afterEnd(run: Run): Step {
  if (run.state === 'complete' && needsEnding(run)) return step('what is left of it is ended', run.since.wall + run.spec.policy.lingerMs);
  return step(run.state === 'complete' ? 'nothing is left to do' : 'nothing, until you resume it');
}

/** What keeps dogwatch from acting on it, or null if nothing does. */
function withheld({ paused, spec, hostEnabled }: Run): Step | null {
  if (paused !== null) return step('nothing, until you unpause it');
  if (!spec.policy.enabled) return step('nothing: it was registered with DOGWATCH_ENABLED=0');
  return hostEnabled ? null : step('nothing: the watchdog only observes (DOGWATCH_ENABLED=0)');
}

function whileActive(run: Run, recovers: boolean): Step {
  switch (run.state) {
    case 'starting':
    case 'working':
    case 'quiet':
      return whileAlive(run);
    case 'waiting':
    case 'held':
      return whileWaiting(run);
    case 'handed-off':
      return step(recovers ? 'a recovery agent is started by the next `dogwatch supervise`' : 'nothing, until you act');
    case 'recovering':
      return isRecovering(run)
        ? step(`recovery agent ${run.recovery.number} must hand it back`, run.recovery.startedAt.wall + run.recovery.spec.timeoutMs, 'by')
        : step('the check decides whether the job is done');
    default:
      return step('nothing, until you act');
  }
}

function whileAlive(run: Run): Step {
  const { attempt, claim, holds, spec } = run;
  if (claim !== null) return step('the check decides whether the job is done');
  if (attempt === null) return step(`attempt ${run.tried + 1} starts`);
  const ask = waitsFor(run);
  if (ask !== null) return step('what it asks is denied if nobody answers', ask.at.wall + spec.policy.permissionGraceMs);
  const wait = holds.find(({ kind, untilWall }) => (kind === 'hours' || kind === 'reserve') && untilWall !== null);
  if (wait !== undefined)
    return step(
      run.parking == null ? 'it may go on until it ends, and is not resumed' : 'it is ended with its turn, and is not resumed',
      wait.untilWall,
      'until',
    );
  const limit = attempt.trouble?.kind === 'limit' ? holds.find(({ kind, untilWall }) => kind === 'limit' && untilWall !== null) : undefined;
  if (limit !== undefined) return step('it is left alone for its limit', limit.untilWall, 'until');
  if (attempt.tool !== null)
    return step(`it is ended and resumed if ${attempt.tool.name} still runs`, attempt.tool.since.wall + spec.policy.maxToolMs);
  if (run.state === 'working') return step('it is resumed when it dies before the job is done');
  return step('it is ended and resumed if it stays silent', silentSince(attempt).wall + patienceMs(run), 'until');
}

/** What has to happen before a hold without an end is over. */
const RELEASES: Partial<Readonly<Record<Hold['kind'], string>>> = {
  auth: 'when its credentials change',
  disk: 'when the disk has room',
  operator: 'when you unpause it',
};

function whileWaiting({ due, tried, holds }: Run): Step {
  const starts = `attempt ${tried + 1} starts`;
  const open = holds.find(({ untilWall }) => untilWall === null);
  if (open !== undefined) return step(`${starts} ${RELEASES[open.kind] ?? 'when the hold is over'}`);
  const ends = holds.flatMap(({ untilWall }) => untilWall ?? []);
  if (due !== null) return step(starts, Math.max(due.at.wall, ...ends));
  if (ends.length === 0) return step('what comes next is being decided');
  const at = Math.max(...ends);
  if (holds.some(({ kind }) => kind === 'limit')) return step('it or another run of its account is tried', at);
  return holds.some(({ kind }) => kind === 'common-cause') ? step(starts, at, 'by') : step(starts, at);
}
