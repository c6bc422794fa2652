import type { RunState } from '../core/model/facts.ts';
import { isOver } from '../core/model/run.ts';
import type { RunEvent } from '../core/run/events.ts';
import type { CostReport } from '../core/spend/report.ts';
import { groupOfState } from '../view/runs.ts';
import type { Held, HeldSpan, ReportedRun } from './model.ts';

/** A decision that changed a run's state, or made something happen to it. */
export interface Happening {
  /** ms since the epoch. */
  readonly wall: number;
  readonly from: RunState | null;
  readonly to: RunState;
  readonly because: string;
  readonly events: readonly RunEvent[];
}

/** A run as it is now. */
export interface KnownRun {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly because: string;
  /** When it entered its state (ms since the epoch). */
  readonly sinceWall: number;
}

interface Period {
  readonly sinceWall: number;
  readonly nowWall: number;
}

/** Of a run with hundreds of milestones, the newest ones say enough. */
const MOST_MADE = 20;
const MOST_SPANS = 5;

/**
 * What happened to one run in this period, by what its journal has of it, oldest first; null if
 * that cannot be read.
 */
export function reportedRun(run: KnownRun, journal: readonly Happening[] | null, cost: CostReport | null, period: Period): ReportedRun {
  const { id, name, state, because } = run;
  const rows = journal ?? [];
  const count = (kind: RunEvent['kind']) => rows.reduce((sum, { events }) => sum + events.filter((event) => event.kind === kind).length, 0);
  const made = rows.flatMap(({ wall, events }) =>
    events.flatMap((event) => (event.kind === 'milestone' ? [{ at: iso(wall), attempt: event.attempt, what: event.what }] : [])),
  );
  const registered = rows.find(({ from }) => from === null);
  const changed = rows.findLast(({ from, to }) => from !== to);
  return {
    id,
    name,
    state,
    because,
    registeredAt: registered === undefined ? null : iso(registered.wall),
    endedAt: isOver(run) && changed !== undefined && isOver({ state: changed.to }) ? iso(changed.wall) : null,
    attemptsStarted: count('attempt-started'),
    attemptsEnded: count('attempt-ended'),
    milestones: made.length,
    made: made.slice(-MOST_MADE),
    recoveries: count('recovery-over'),
    // Without a journal it is unknown since when it is as it is.
    held: journal === null ? { times: 0, ms: 0, longest: [] } : heldIn(run, rows, period),
    cost,
  };
}

/** How long nothing worked on it, by its changes of state. */
function heldIn(run: KnownRun, rows: readonly Happening[], { sinceWall, nowWall }: Period): Held {
  const changes = rows.filter(({ from, to }) => from !== to);
  const [first] = changes;
  // Without a change it has been in its state all the time.
  const before = first === undefined ? { state: run.state, because: run.because } : { state: first.from, because: null };
  const states = [
    ...(before.state === null ? [] : [{ wall: sinceWall, state: before.state, because: before.because }]),
    ...changes.map(({ wall, to, because }) => ({ wall, state: to, because })),
  ];
  const spans = states.flatMap(({ wall, state, because }, index): HeldSpan[] => {
    if (groupOfState(state) !== 'held') return [];
    const next = states[index + 1];
    // The clock may have been set back meanwhile.
    const ms = Math.max(0, (next?.wall ?? nowWall) - wall);
    return [{ state, from: iso(wall), to: next === undefined ? null : iso(next.wall), ms, because }];
  });
  const longest = spans
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, MOST_SPANS)
    .toSorted((one, other) => Date.parse(one.from) - Date.parse(other.from));
  return { times: spans.length, ms: spans.reduce((sum, { ms }) => sum + ms, 0), longest };
}

const iso = (wall: number): string => new Date(wall).toISOString();
