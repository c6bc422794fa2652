import { asHold, waitsFor } from '../account/hold.ts';
import { reservedFrom } from '../account/window.ts';
import type { Hold } from '../model/facts.ts';
import type { Attempt, Run } from '../model/run.ts';
import { hoursChangeAt, hoursEndAt, outsideHours } from '../run/outside-hours.ts';
import { type Moment, NEVER, type Verdict } from './rule.ts';

/** Outside of its hours, and at the reserve of its account, nothing is started. */
export function withheld(run: Run, moment: Moment): Verdict | null {
  // An operator's request is always tried, once.
  if (run.excuse === 'operator') return null;
  const own = holdsNow(run, moment);
  const [longest] = own;
  if (longest === undefined) return null;
  const account = waitsFor(run, moment.holds, moment.at);
  const holds = account === null ? own : [...own, asHold(account)];
  const state = longest.untilWall === null ? 'held' : 'waiting';
  return { state, because: longest.because, holds, patch: { due: null }, wakeAtMono: changesAt(own, run, moment) };
}

/** What keeps runs from being started now besides the account's refusals, the longest first. */
function holdsNow(run: Run, { at, windows = [] }: Moment): readonly Hold[] {
  const hours = outsideHours(run, at);
  const reserves = reservedFrom(run, windows, at).map(({ hold }) => hold);
  const end = ({ untilWall }: Hold) => untilWall ?? Number.POSITIVE_INFINITY;
  return [...(hours === null ? [] : [hours]), ...reserves].sort((a, b) => end(b) - end(a));
}

/** When one of them ends, or the hours change (ms, monotonic). */
function changesAt(holds: readonly Hold[], run: Run, { at }: Moment): number {
  const ends = holds.flatMap(({ untilWall }) => (untilWall === null ? [] : [at.mono + (untilWall - at.wall)]));
  return Math.min(hoursChangeAt(run, at), ...ends);
}

/** An agent that ends by itself after its turn has that long for it. */
const PARK_AFTER_MS = 10_000;

/**
 * A living attempt whose run has to wait: it is left alone, ended when its turn is over, or at
 * once. `state` is what would be decided otherwise.
 */
export function parked(run: Run, attempt: Attempt, state: Verdict, moment: Moment): Verdict {
  if (state.wish !== undefined) return state;
  const hours = outsideHours(run, moment.at);
  if (isWanted(run, attempt, hours, moment))
    return { ...state, wakeAtMono: Math.min(state.wakeAtMono, hoursEndAt(run, moment.at)), patch: unparked(run, state) };
  const own = holdsNow(run, moment);
  const wakeAtMono = Math.min(state.wakeAtMono, changesAt(own, run, moment));
  const [longest] = own;
  if (longest === undefined) return { ...state, wakeAtMono, patch: unparked(run, state) };
  const held: Verdict = { ...state, wakeAtMono, holds: [...(state.holds ?? []), ...own] };
  const living = own.some(({ kind }) => kind === 'reserve') ? 'turn' : 'finish';
  const how = hours === null ? living : stricter(living, run.spec.policy.hoursLiving ?? 'turn');
  if (how === 'finish') return { ...held, patch: unparked(run, state) };
  const parking =
    run.parking?.attempt === attempt.number ? run.parking : { attempt: attempt.number, turns: attempt.turns, isEnding: false };
  const endsAtMono = how === 'end' ? moment.at.mono : turnEndsAt(attempt, parking.turns);
  if (moment.at.mono < endsAtMono) return { ...held, wakeAtMono: Math.min(wakeAtMono, endsAtMono), patch: { ...state.patch, parking } };
  const because = `the run has to wait: ${longest.because}`;
  const patch = { ...state.patch, parking: { ...parking, isEnding: true } };
  return { ...held, because, patch, wish: { kind: 'end', because }, wakeAtMono: NEVER };
}

/** The operator wanted this attempt in these very hours. */
function isWanted({ anyway, spec }: Run, attempt: Attempt, hours: Hold | null, { at }: Moment): boolean {
  if (anyway?.attempt !== attempt.number) return false;
  if (hours === null) return true;
  const then = outsideHours({ spec }, anyway.at);
  return then !== null && then.untilWall === hours.untilWall && anyway.at.wall <= at.wall;
}

const stricter = (one: 'finish' | 'turn', other: 'finish' | 'turn' | 'end') => (other === 'finish' ? one : other);

/** When its turn is over: some time after it ended, or at once if the next one has begun. */
function turnEndsAt({ turnOver, turns }: Attempt, before: number): number {
  if (turnOver !== null) return turnOver.mono + PARK_AFTER_MS;
  return turns > before ? Number.NEGATIVE_INFINITY : NEVER;
}

const unparked = ({ parking }: Run, { patch = {} }: Verdict): Partial<Run> => (parking == null ? patch : { ...patch, parking: null });
