import { counted } from './counted.ts';
import { isObserveOnly } from './living.ts';
import { isRecovering } from './recovery.ts';
import { isOver, type Run } from './run.ts';
import { inWords } from './time.ts';

/** Who cares for a run: each steps in when the one before it can't help. */
export type Rung = 'watchdog' | 'supervisor' | 'recovery-agent' | 'operator';

/** Whose turn it is. */
export interface Turn {
  /** Null: it is over, nobody has to care for it. */
  readonly who: Rung | null;
  /** When that one acts by itself, or has to be done: ms since the epoch; null: no clock says so. */
  readonly untilWall: number | null;
  /** Who is next when that does not help; null: nobody. */
  readonly next: Rung | null;
  /** When the next one's turn comes, in words. */
  readonly when: string;
}

/** `recovers`: an agent is configured that mends what was handed off. */
export function turnOf(run: Run, recovers: boolean): Turn {
  if (isOver(run)) return { who: null, untilWall: null, next: null, when: '' };
  const isPersons = run.state === 'escalated' || run.paused !== null || isObserveOnly(run) || run.state === 'held';
  if (isPersons) return { who: 'operator', untilWall: null, next: null, when: '' };
  if (isRecovering(run)) {
    const { startedAt, spec } = run.recovery;
    return {
      who: 'recovery-agent',
      untilWall: startedAt.wall + spec.timeoutMs,
      next: 'operator',
      when: 'if the next attempt brings nothing new',
    };
  }
  if (run.state === 'handed-off')
    return recovers
      ? { who: 'supervisor', untilWall: null, next: 'recovery-agent', when: 'at the next `dogwatch supervise`' }
      : { who: 'operator', untilWall: null, next: null, when: '' };
  const left = Math.max(0, run.spec.policy.maxResumes - run.charged.length);
  const when = `after ${counted(left, 'more resume')} without a milestone`;
  const untilWall = run.due?.at.wall ?? run.holds.find((hold) => hold.untilWall !== null)?.untilWall ?? null;
  return { who: 'watchdog', untilWall, next: recovers ? 'supervisor' : 'operator', when };
}

const NAMES: Readonly<Record<Rung, string>> = {
  watchdog: 'the watchdog',
  supervisor: 'the supervisor',
  'recovery-agent': 'the recovery agent',
  operator: 'a person',
};

/** The same for a person; `nowWall`: ms since the epoch. */
export function turnInWords({ who, untilWall, next, when }: Turn, nowWall: number): string {
  if (who === null) return '';
  const by = untilWall === null || untilWall <= nowWall ? '' : ` (within ${inWords(untilWall - nowWall)})`;
  return `It is the turn of ${NAMES[who]}${by}${next === null ? '' : `, then of ${NAMES[next]} ${when}`}.`;
}

/** The same for programs; `until` is ISO, UTC. */
export interface ReportedTurn extends Omit<Turn, 'untilWall'> {
  readonly until: string | null;
}

export const reportedTurn = ({ who, untilWall, next, when }: Turn): ReportedTurn => ({
  who,
  until: untilWall === null ? null : new Date(untilWall).toISOString(),
  next,
  when,
});
