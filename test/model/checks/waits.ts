import type { RunDecision } from '../../../src/core/decision.ts';
import { DAY } from '../../kit/core/world.ts';
import type { Machine } from '../world/machine.ts';
import { type BrokenRule, rule, type Seen } from './invariants.ts';

/**
 * 15: outside of its hours, and at a reserve of its account, nothing of a run is started, unless the
 * operator asks for it; and each such wait has an end, or a person was notified.
 */
export function waits(seen: Seen, decision: RunDecision, machine: Machine): BrokenRule | null {
  const { run, actions, observation, reply } = decision;
  const { waits: plan } = machine.planOf(run.id);
  if (plan === undefined) return null;
  const { wall } = observation.at;
  const asked = observation.kind === 'operator.requested' && reply?.accepted === true && observation.command.kind === 'resume';
  const start = actions.find(({ kind }) => kind === 'resume' || kind === 'recover');
  if (start !== undefined && !asked && seen.run.excuse !== 'operator') {
    if (plan.hours !== undefined && !showsOneOf(plan.hours.text, wall)) return rule(15, `${start.kind} outside of its hours`);
    if (start.kind === 'resume' && isAtReserve(decision, plan.reservePercent ?? 0))
      return rule(15, 'resumed at the reserve of its account');
  }
  const endless = run.holds.find(
    ({ kind, untilWall }) => (kind === 'hours' || kind === 'reserve') && (untilWall === null || untilWall > wall + LONGEST_MS),
  );
  return endless === undefined ? null : rule(15, `the hold ${endless.kind} has no end`);
}

const LONGEST_MS = 9 * DAY;

/** By what the watchdog has read of the account. */
function isAtReserve({ given: { around }, observation }: RunDecision, reserve: number): boolean {
  const isAhead = (resetsAtWall: number | null) =>
    resetsAtWall !== null && resetsAtWall > observation.at.wall && resetsAtWall < observation.at.wall + 8 * DAY;
  return (around.windows ?? []).some(
    ({ usedPercent, resetsAtWall }) => reserve > 0 && (usedPercent ?? 0) >= 100 - reserve && isAhead(resetsAtWall),
  );
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Whether clocks in the zone show one of these hours, none of which goes over midnight. */
function showsOneOf(text: string, wall: number): boolean {
  const [list = '', zone = ''] = text.split('; ');
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(wall);
  const shown = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const time = `${shown('hour')}:${shown('minute')}`;
  return list.split(', ').some((part) => {
    const [, first, last = first, from = '00:00', to = '24:00'] =
      /^(?:(\w{3})(?:-(\w{3}))?)? ?(?:([\d:]{5})-([\d:]{5}))?$/.exec(part) ?? [];
    const day = DAYS.indexOf(shown('weekday'));
    const isDay = first === undefined || (day >= DAYS.indexOf(first) && day <= DAYS.indexOf(last ?? first));
    return isDay && time >= from && time < to;
  });
}
