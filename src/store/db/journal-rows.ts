import type { Action, Observation, RunState } from '../../core/model/facts.ts';
import type { HostAction, HostObservation } from '../../core/model/host.ts';
import type { RunEvent } from '../../core/run/events.ts';
import type { Delta } from '../../core/values/delta.ts';

/** One decision that changed something. */
export interface JournalRow {
  readonly seq: number;
  readonly run: string;
  readonly bootId: string;
  readonly observation: Observation;
  readonly from: RunState | null;
  readonly to: RunState;
  /** The reason, for people only. */
  readonly because: string;
  readonly events: readonly RunEvent[];
  readonly actions: readonly Action[];
  /**
   * The decision's input as changes since the previous row (`StoredInput`), or null if it was not
   * kept.
   */
  readonly given: Delta | null;
}

/** A decision that changed the state of a run, or made something happen to it. */
export interface HappeningRow {
  readonly run: string;
  /** ms since the epoch. */
  readonly wall: number;
  readonly from: RunState | null;
  readonly to: RunState;
  readonly because: string;
  readonly events: readonly RunEvent[];
}

/** One decision about the machine. */
export interface HostRow {
  readonly seq: number;
  readonly observation: HostObservation;
  readonly because: string;
  readonly actions: readonly HostAction[];
}

export const hostRow = ({ seq, observation, because, actions }: Omit<Columns, 'run' | 'boot' | 'before' | 'after' | 'given'>): HostRow => ({
  seq,
  observation: JSON.parse(observation),
  because,
  actions: JSON.parse(actions),
});

interface Columns {
  readonly seq: number;
  readonly run: string;
  readonly boot: string;
  readonly observation: string;
  readonly before: RunState | null;
  readonly after: RunState;
  readonly because: string;
  readonly actions: string;
  readonly given: string | null;
  readonly events: string | null;
}

export const journalRow = ({ seq, run, boot, observation, before, after, because, actions, given, events }: Columns): JournalRow => ({
  seq,
  run,
  bootId: boot,
  observation: JSON.parse(observation),
  from: before,
  to: after,
  because,
  actions: JSON.parse(actions),
  given: given === null ? null : patchOf(given),
  events: events === null ? [] : JSON.parse(events),
});

/** A damaged input counts as one that was not kept. */
function patchOf(text: string): Delta | null {
  try {
    return JSON.parse(text) as Delta;
  } catch {
    return null;
  }
}

/** A damaged observation has no time: the row is read, so that it is counted as left out. */
const WALL = "CASE WHEN json_valid(observation) THEN json_extract(observation, '$.at.wall') END";
/** Most decisions only take note: they are not even read. */
export const HAPPENINGS = `SELECT run, ${WALL} AS wall, before, after, because, events FROM journal
  WHERE (events IS NOT NULL OR before IS NOT after) AND coalesce(${WALL} >= ?, 1) ORDER BY seq`;

export function happeningRow({ run, wall, before, after, because, events }: Columns & { readonly wall: number | null }): HappeningRow {
  if (wall === null) throw new SyntaxError('an observation without a time');
  return { run, wall, from: before, to: after, because, events: events === null ? [] : JSON.parse(events) };
}
