import { causeAt, isOfHost } from '../core/model/cause.ts';
import { isOver } from '../core/model/run.ts';
import type { CostReport } from '../core/spend/report.ts';
import type { Clock } from '../view/clock.ts';
import type { View } from '../view/model.ts';
import { doubtsOf, shortageOf } from '../view/words.ts';
import { type Happening, type KnownRun, reportedRun } from './happened.ts';
import type { Report, ReportedRun } from './model.ts';

/** What was read for a report. */
export interface Found {
  readonly view: View;
  readonly sinceWall: number;
  /** Runs that are still known: the newest of each name, and older ones that have rows. */
  readonly runs: readonly KnownRun[];
  /** By run id, oldest first; null if the journal cannot be read. */
  readonly happened: ReadonlyMap<string, readonly Happening[]> | null;
  /** By run id. */
  readonly costs: ReadonlyMap<string, CostReport>;
  readonly cost: CostReport;
}

/** The report of what was read, at the moment of its view. */
export function reportOf({ view, sinceWall, runs, happened, costs, cost }: Found, clock: Clock): Report {
  const period = { sinceWall, nowWall: Date.parse(view.at) };
  const rowsOf = ({ id }: KnownRun) => (happened === null ? null : (happened.get(id) ?? []));
  // Made here, as it takes several MB.
  const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });
  const reported = runs
    .filter((run) => !isOver(run) || (rowsOf(run) ?? []).length > 0)
    .map((run) => reportedRun(run, rowsOf(run), costs.get(run.id) ?? null, period))
    .toSorted((one, other) => byName.compare(one.name, other.name));
  return {
    version: 1,
    at: view.at,
    since: new Date(sinceWall).toISOString(),
    host: view.host.name,
    doubts: [...doubtsOf(view, clock), ...view.host.filesystems.flatMap((one) => shortageOf(one, clock) ?? [])],
    isJournalRead: happened !== null,
    counts: countsOf(reported, view),
    cost,
    runs: reported,
    calls: callsOf(view),
  };
}

function countsOf(runs: readonly ReportedRun[], { counts }: View): Report['counts'] {
  const sum = (of: (run: ReportedRun) => number) => runs.reduce((all, run) => all + of(run), 0);
  const ended = (state: ReportedRun['state']) => runs.filter((run) => run.endedAt !== null && run.state === state).length;
  return {
    runs: runs.length,
    complete: ended('complete'),
    stopped: ended('stopped'),
    failed: ended('failed'),
    attemptsStarted: sum((run) => run.attemptsStarted),
    attemptsEnded: sum((run) => run.attemptsEnded),
    milestones: sum((run) => run.milestones),
    recoveries: sum((run) => run.recoveries),
    person: counts.person,
  };
}

function callsOf({ runs, notices, unreadable }: View): Report['calls'] {
  const ofHost = notices.filter(({ state, cause }) => state === 'open' && isOfHost(causeAt(cause)));
  return [
    ...runs.filter(({ group }) => group === 'person').map(({ name, why, commands }) => ({ run: name, why, commands })),
    ...unreadable.map(({ name }) => ({
      run: name,
      why: 'its row in the database is damaged, so dogwatch does nothing about it',
      commands: [{ type: 'dogwatch doctor', does: 'says what is damaged' }],
    })),
    ...ofHost.map(({ subject }) => ({
      run: null,
      why: subject,
      commands: [{ type: 'dogwatch ack --host', does: 'ends the reminders' }],
    })),
  ];
}
