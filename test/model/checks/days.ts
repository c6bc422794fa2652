import type { RunDecision } from '../../../src/core/decision.ts';
import type { Machine } from '../world/machine.ts';
import { goesOn } from './caps.ts';
import { type BrokenRule, rule, type Seen } from './invariants.ts';

/** What was read of a run's spending, and at what time of the wall clock. */
export interface DaysRead {
  readonly read: readonly { readonly wall: number; readonly usd: number }[];
  /** How many answers in a row were read after what all runs may spend was spent. */
  readonly beyond: number;
}

const NOTHING_READ: DaysRead = { read: [], beyond: 0 };
const OF_DAY = 'DOGWATCH_MAX_COST_PER_DAY';

/**
 * 14: when all runs together have spent what they may in a day, nothing is started until the next
 * day, and a living attempt is ended with its next step; until then, and on the next day, nothing
 * is stopped for it.
 */
export function keepsTheDay(seen: Seen, all: ReadonlyMap<string, Seen>, decision: RunDecision, machine: Machine): BrokenRule | null {
  const { day } = machine.program;
  if (day == null) return null;
  const { run, actions, observation } = decision;
  const { wall } = observation.at;
  const others = [...all.values()].filter((one) => one !== seen);
  const spentOn = (moment: number) =>
    [...others, seen]
      .flatMap(({ days }) => days?.read ?? [])
      .filter((one) => dayOf(one.wall, day.zone) === dayOf(moment, day.zone))
      .reduce((sum, { usd }) => sum + usd, 0);
  const before = spentOn(wall);
  const fresh = readIn(seen, decision, machine);
  const { read, beyond } = seen.days ?? NOTHING_READ;
  seen.days = {
    read: fresh.length === 0 ? read : [...read, ...fresh.map((usd) => ({ wall, usd }))],
    beyond: before < day.capUsd ? 0 : beyond + fresh.length,
  };
  const now = spentOn(wall);
  const start = actions.find(({ kind }) => kind === 'resume' || kind === 'recover');
  if (start !== undefined && now >= day.capUsd) return rule(14, `${start.kind} after ${now} of ${day.capUsd} were spent in the day`);
  if (fresh.length > 0 && seen.days.beyond > fresh.length && goesOn(run))
    return rule(14, `attempt ${run.attempt?.number} goes on after ${before} of ${day.capUsd} were spent in the day`);
  if (actions.some((action) => action.kind === 'end' && action.because.includes(OF_DAY)) && now < day.capUsd)
    return rule(14, `ended for the cap of the day after ${now} of ${day.capUsd}`);
  return observation.kind === 'tick' && waitsForTheDay(decision) && spentOn(machine.clock.now.wall) < day.capUsd
    ? rule(14, 'waits for the end of a day that is over')
    : null;
}

const waitsForTheDay = ({ run: { state, because, pending, stopping, paused } }: RunDecision): boolean =>
  state === 'waiting' && because.includes(OF_DAY) && [pending, stopping, paused].every((one) => one === null);

/** The answers of an attempt that are read with this observation. */
function readIn({ run: before }: Seen, { observation, run }: RunDecision, machine: Machine): readonly number[] {
  if (observation.kind !== 'log.read' || observation.attempt !== run.attempt?.number) return [];
  const from = before.cursors[observation.path]?.offset ?? 0;
  const spent = machine.attempt(run.id, observation.attempt)?.spent ?? [];
  return spent.flatMap(({ line, usd }) => (line >= from && line < observation.cursor.offset ? [usd] : []));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dayOf(wall: number, zone: string): string {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short' });
  formats.set(zone, format);
  return format.format(wall);
}
