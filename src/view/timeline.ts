import type { HostObservation } from '../core/model/host.ts';
import { QUARTER_MS } from '../core/spend/quarters.ts';
import type { AttemptSpan, StateSpan, Timeline } from './detail.ts';
import type { Row } from './journal.ts';
import { groupOfState } from './runs.ts';

/** A row of the machine's journal. */
export interface HostJournalRow {
  readonly observation: HostObservation;
}

export interface Axis {
  /** When the run was registered. */
  readonly startedAt: string;
  readonly nowWall: number;
  /** Its working directory: its filesystem is the one that was measured for it. */
  readonly cwd: string;
  /** False if the journal has older rows of the run. */
  readonly isWhole: boolean;
  /** False once the run is over and nothing of it is left: its axis ends with its last row. */
  readonly isActive: boolean;
  /** Its part of the ledger of spend. */
  readonly spend?: readonly SpendOfQuarter[];
}

interface SpendOfQuarter {
  readonly quarter: number;
  readonly stated: number;
  readonly computed: number;
}

/** What happened to a run, from the rows of its journal and of the machine's, oldest first. */
export function timelineOf(rows: readonly Row[], hostRows: readonly HostJournalRow[], axis: Axis): Timeline {
  const first = rows[0];
  const last = rows.at(-1);
  const from = axis.isWhole || first === undefined ? axis.startedAt : atOf(first);
  const to = axis.isActive || last === undefined ? new Date(axis.nowWall).toISOString() : atOf(last);
  const disk = diskOf(hostRows, axis.cwd).filter(({ at }) => at >= from && at <= to);
  return {
    from,
    to,
    isWhole: axis.isWhole,
    attempts: attemptsOf(rows),
    states: statesOf(rows),
    milestones: milestonesOf(rows),
    recoveries: recoveriesOf(rows),
    disk,
    spend: spendOf(axis.spend ?? []),
  };
}

const atOf = ({ observation }: Row): string => new Date(observation.at.wall).toISOString();

function attemptsOf(rows: readonly Row[]): readonly AttemptSpan[] {
  const spans = new Map<number, AttemptSpan>();
  for (const row of rows) {
    for (const event of row.events) {
      if (event.kind === 'attempt-started')
        spans.set(event.attempt, { number: event.attempt, mode: event.mode, from: atOf(row), to: null, exit: null, because: null });
      if (event.kind === 'attempt-ended') {
        const known = spans.get(event.attempt) ?? { number: event.attempt, mode: null, from: null };
        spans.set(event.attempt, { ...known, to: atOf(row), exit: event.exit, because: row.because });
      }
    }
  }
  return [...spans.values()];
}

function statesOf(rows: readonly Row[]): readonly StateSpan[] {
  const spans: StateSpan[] = [];
  for (const row of rows) {
    const before = spans.at(-1);
    if (before?.state === row.to) continue;
    if (before !== undefined) spans[spans.length - 1] = { ...before, to: atOf(row) };
    spans.push({ state: row.to, group: groupOfState(row.to), from: atOf(row), to: null, because: row.because });
  }
  return spans;
}

const milestonesOf = (rows: readonly Row[]): Timeline['milestones'] =>
  rows.flatMap((row) =>
    row.events.flatMap((event) => (event.kind === 'milestone' ? [{ at: atOf(row), attempt: event.attempt, what: event.what }] : [])),
  );

const recoveriesOf = (rows: readonly Row[]): Timeline['recoveries'] =>
  rows.flatMap((row) =>
    row.events.flatMap((event) =>
      event.kind === 'recovery-over' ? [{ at: atOf(row), number: event.recovery, because: event.because }] : [],
    ),
  );

function diskOf(rows: readonly HostJournalRow[], cwd: string): Timeline['disk'] {
  return rows.flatMap(({ observation }) => {
    if (observation.kind !== 'disk.sampled') return [];
    const its = observation.filesystems.find(({ paths }) => paths.includes(cwd));
    if (its === undefined) return [];
    return [{ at: new Date(observation.at.wall).toISOString(), availableBytes: its.availableBytes, totalBytes: its.totalBytes }];
  });
}

/** What was spent in each quarter of an hour, at its beginning. */
function spendOf(rows: readonly SpendOfQuarter[]): Timeline['spend'] {
  const byQuarter = Map.groupBy(rows, ({ quarter }) => quarter);
  return [...byQuarter].map(([quarter, its]) => ({
    at: new Date(quarter * QUARTER_MS).toISOString(),
    usd: its.reduce((sum, { stated, computed }) => sum + stated + computed, 0),
  }));
}
