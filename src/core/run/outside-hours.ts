import { changesAt, isOpen } from '../hours/opening.ts';
import type { Hold, Instant } from '../model/facts.ts';
import type { Run } from '../model/run.ts';

/** What holds the run outside of its hours, with its end, or null if it may work now. */
export function outsideHours({ spec }: Pick<Run, 'spec'>, { wall }: Instant): Hold | null {
  const hours = spec.policy.hours ?? null;
  if (hours === null || isOpen(hours, wall)) return null;
  const untilWall = changesAt(hours, wall);
  // Hours that never begin hold nothing: nobody would come to lift it.
  if (untilWall === null) return null;
  const because = `outside of its hours (${hours.text}); they begin ${new Date(untilWall).toISOString()}`;
  return { kind: 'hours', untilWall, because };
}

/** When its hours begin or end next (ms, monotonic), or infinity if they never do. */
export const hoursChangeAt = (run: Run, { wall, mono }: Instant): number => mono + (nextChange(run, wall) - wall);

/** When its hours end next: these, or if it is outside of them the next ones. */
export function hoursEndAt(run: Run, at: Instant): number {
  const next = nextChange(run, at.wall);
  return at.mono + ((outsideHours(run, at) === null ? next : nextChange(run, next)) - at.wall);
}

function nextChange({ spec }: Run, wall: number): number {
  const hours = spec.policy.hours ?? null;
  return (hours === null || wall === Number.POSITIVE_INFINITY ? null : changesAt(hours, wall)) ?? Number.POSITIVE_INFINITY;
}

/**
 * An operator's request counts for one attempt: what holds the next one, in words, with `reserves`
 * of its account's windows. Empty if nothing does.
 */
export function anywayInWords(run: Run, at: Instant, reserves: readonly Hold[]): string {
  const closed = outsideHours(run, at);
  const holds = [...(closed === null ? [] : [`it is ${closed.because}`]), ...reserves.map(({ because }) => because)];
  if (holds.length === 0) return '';
  const them = closed === null && holds.length === 1 ? 'it' : 'them';
  return `; ${holds.join('; ')}: one attempt may work anyway, and the next one waits for ${them}`;
}
