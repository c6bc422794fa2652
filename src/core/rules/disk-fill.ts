import { fillOf } from '../evolve/disk-fill.ts';
import type { Hold } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import { type Moment, NEVER, toOperator, type Verdict } from './rule.ts';

/** So many attempts that filled a disk, and a person has to look: what they leave behind is not dogwatch's to remove. */
const MAX_FILLS = 3;

/** For as long as it may fill the disk again: no clock makes its next attempt write less. */
const diskHold = (because: string): Hold => ({ kind: 'disk', untilWall: null, because });

const ending = (state: Verdict, because: string): Verdict => ({
  ...state,
  because,
  holds: [diskHold(because)],
  wish: { kind: 'end', because },
  wakeAtMono: NEVER,
});

/** A living attempt whose log or whose files filled a disk is ended, so that others can go on. `state`: what it is otherwise. */
export function fills(run: Run, { disk }: Moment, state: Verdict): Verdict | null {
  if (run.flooded != null) return ending(state, run.flooded);
  const fill = fillOf(run);
  if (fill == null) return null;
  // It was left alone at that time, and there is room again.
  if (disk.hold === null) return { ...state, patch: { filled: { ...fill, attempt: 0, times: fill.times - 1 } } };
  return { ...ending(state, fill.because), notice: { cause: 'fill', because: fill.because } };
}

/** The one whose log filled a disk is held, so that the others can go on. */
export function flooded({ flooded: because }: Run): Verdict | null {
  if (because == null) return null;
  return {
    state: 'escalated',
    because: `${because}; it is held until a person resumes it`,
    holds: [diskHold(because)],
    ...toOperator('flood'),
  };
}

/** The one whose files filled a disk waits until it is short of space no more: the others go on before that. */
export function filled(run: Run, { disk }: Moment): Verdict | null {
  const fill = fillOf(run);
  if (fill == null || run.excuse === 'operator') return null;
  const holds = [diskHold(fill.because)];
  if (fill.times >= MAX_FILLS)
    return {
      state: 'escalated',
      because: `${fill.because}; it has done so ${fill.times} times, and is held until a person resumes it`,
      holds,
      ...toOperator('fill'),
    };
  if (!isHeldByDisk(disk)) return null;
  return {
    state: 'waiting',
    because: `${fill.because}; it is resumed when no disk that it writes to is short of space any more`,
    holds,
    patch: { due: null, excuse: 'disk', streak: { ...run.streak, repeated: null } },
    wakeAtMono: NEVER,
  };
}

/** What a run shows for as long as a person has to look at what it filled a disk with. */
export function heldForFill(run: Run): readonly Hold[] {
  const fill = fillOf(run);
  const because = run.flooded ?? (fill != null && fill.times >= MAX_FILLS ? fill.because : null);
  return because === null ? [] : [diskHold(because)];
}

const isHeldByDisk = ({ hold, isPressed }: Moment['disk']): boolean => hold !== null || isPressed;
