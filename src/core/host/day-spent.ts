import type { HostAction, HostObservation } from '../model/host.ts';
import type { DayCap } from '../spend/day-cap.ts';
import type { Host } from './state.ts';

/**
 * That all runs have spent what they may in a day is said once, and that it is over. Returns what
 * to say, and what was said.
 */
export function tellDaySpent(
  { daySpent: said }: Host,
  day: DayCap | null,
  { seq, at }: HostObservation,
): { readonly actions: readonly HostAction[]; readonly said: Pick<Host, 'daySpent'> } {
  const spent = day?.spent ?? null;
  if (said?.untilWall === spent?.untilWall) return { actions: [], said: said === undefined ? {} : { daySpent: said } };
  const telling = (because: string, isOver: boolean): HostAction => ({
    kind: 'tell',
    id: `host/${seq}/day-spent${isOver ? '/over' : ''}`,
    cause: { about: 'day-spent' },
    because,
    tried: [],
    isOver,
  });
  return {
    actions: [
      ...(said === undefined ? [] : [telling(at.wall < said.untilWall ? 'all runs may cost more now' : 'another day has begun', true)]),
      ...(spent === null ? [] : [telling(spent.because, false)]),
    ],
    said: spent === null ? {} : { daySpent: { untilWall: spent.untilWall } },
  };
}
