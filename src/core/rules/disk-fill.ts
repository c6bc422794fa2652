import { fillOf } from '../evolve/disk-fill.ts';
import type { Hold } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import { type Moment, NEVER, toOperator, type Verdict } from './rule.ts';

/**
 * After this many attempts that filled a disk a person must look: removing their files is not
 * dogwatch's business.
 */
const MAX_FILLS = 3;

/** Lasts as long as the run may fill the disk again: no clock makes its next attempt write less. */
const diskHold = (because: string): Hold => ({ kind: 'disk', untilWall: null, because });

const ending = (state: Verdict, because: string): Verdict => ({
  ...state,
  because,
  holds: [diskHold(because)],
  wish: { kind: 'end', because },
  wakeAtMono: NEVER,
});

/**
 * A living attempt whose log or files filled a disk is ended, so that others can go on. `state` is
 * what it would be otherwise.
 */
export function fills(run: Run, { disk }: Moment, state: Verdict): Verdict | null {
  if (run.flooded != null) return ending(state, run.flooded);
  const fill = fillOf(run);
  if (fill == null) return null;
  // It was left alone then, and there is room again.
  if (disk.hold === null) return { ...state, patch: { filled: { ...fill, attempt: 0, times: fill.times - 1 } } };
  return { ...ending(state, fill.because), notice: { cause: 'fill', because: fill.because } };
}

/** A run whose log filled a disk is held, so that the others can go on. */
export function flooded({ flooded: because }: Run): Verdict | null {
  if (because == null) return null;
  return {
    state: 'escalated',
    because: `${because}; it is held until a person resumes it`,
    holds: [diskHold(because)],
    ...toOperator('flood'),
  };
}

/**
 * A run whose files filled a disk waits until that disk is no longer short of space; the others go
 * on earlier.
 */
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

/** What a run shows while a person must look at the files that filled a disk. */
export function heldForFill(run: Run): readonly Hold[] {
  const fill = fillOf(run);
  const because = run.flooded ?? (fill != null && fill.times >= MAX_FILLS ? fill.because : null);
  return because === null ? [] : [diskHold(because)];
}

const isHeldByDisk = ({ hold, isPressed }: Moment['disk']): boolean => hold !== null || isPressed;
