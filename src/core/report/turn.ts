import type { Run } from '../model/run.ts';
import type { Owner } from '../model/states.ts';
import { isRecovering } from '../recovery/lifecycle.ts';
import { ownerOf } from '../run/owner.ts';
import { counted } from '../values/counted.ts';
import { inWords } from '../values/duration.ts';

/** Whose turn it is. */
export interface Turn {
  /** Null if it is over and nobody has to act. */
  readonly who: Owner | null;
  /**
   * When they act by themselves, or must be done: ms since the epoch, or null if no clock says so.
   */
  readonly untilWall: number | null;
  /** Who is next if that does not help, or null if nobody is. */
  readonly next: Owner | null;
  /** When the next one's turn comes, in words. */
  readonly when: string;
}

/** `recovers`: an agent is configured that mends handed-off runs. */
export function turnOf(run: Run, recovers: boolean): Turn {
  const who = ownerOf(run, recovers);
  if (who === null || who === 'operator') return { who, untilWall: null, next: null, when: '' };
  if (isRecovering(run)) {
    const { startedAt, spec } = run.recovery;
    return {
      who: 'recovery-agent',
      untilWall: startedAt.wall + spec.timeoutMs,
      next: 'operator',
      when: 'if the next attempt brings nothing new',
    };
  }
  if (who === 'supervisor') return { who, untilWall: null, next: 'recovery-agent', when: 'at the next `dogwatch supervise`' };
  const left = Math.max(0, run.spec.policy.maxResumes - run.charged.length);
  const when = `after ${counted(left, 'more resume')} without a milestone`;
  const untilWall = run.due?.at.wall ?? run.holds.find((hold) => hold.untilWall !== null)?.untilWall ?? null;
  return { who, untilWall, next: recovers ? 'supervisor' : 'operator', when };
}

const NAMES: Readonly<Record<Owner, string>> = {
  watchdog: 'the watchdog',
  supervisor: 'the supervisor',
  'recovery-agent': 'the recovery agent',
  operator: 'a person',
};

/** The turn in words; `nowWall` is ms since the epoch. */
export function turnInWords({ who, untilWall, next, when }: Turn, nowWall: number): string {
  if (who === null) return '';
  const by = untilWall === null || untilWall <= nowWall ? '' : ` (within ${inWords(untilWall - nowWall)})`;
  return `It is ${NAMES[who]}'s turn${by}${next === null ? '' : `, then ${NAMES[next]}'s ${when}`}.`;
}

/** The turn for programs; `until` is ISO, UTC. */
export interface ReportedTurn extends Omit<Turn, 'untilWall'> {
  readonly until: string | null;
}

export const reportedTurn = ({ who, untilWall, next, when }: Turn): ReportedTurn => ({
  who,
  until: untilWall === null ? null : new Date(untilWall).toISOString(),
  next,
  when,
});
