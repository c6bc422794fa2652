import type { RunState } from '../../core/model/facts.ts';
import { isActive, isOver, type Run } from '../../core/model/run.ts';
import { needsAttention } from '../../core/run/owner.ts';
import { attemptFiles, type Layout } from '../../store/directory/layout.ts';
import type { LeaseHolder } from '../../store/lease/row.ts';
import { type JournalRow, openReader } from '../../store/reader.ts';
import { asJson, inWords } from '../history/line.ts';
import { looks } from '../history/pages.ts';
import { AttemptLogs } from '../logs/attempt.ts';
import { Lines, type LogOutput, logOutput } from '../logs/output.ts';
import { paint } from '../terminal/colors.ts';
import { jsonText } from '../terminal/json.ts';

export interface Following {
  readonly layout: Layout;
  readonly runId: string;
  /** Writes JSON lines to `out`, instead of the log to `out` and the decisions to `err`. */
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** Returns whether a watchdog is running, and starts one if not. */
  readonly ensureWatchdog: (holder: LeaseHolder | null) => boolean;
  readonly out?: NodeJS.WritableStream;
  readonly err?: NodeJS.WritableStream;
}

/**
 * Shows what happens in a run: its log, and each decision as it is made. Resolves with the run's
 * state when it is over and none of its processes are left, when it needs a person or a recovery
 * agent, or when interrupted.
 */
export async function followRun({
  layout,
  runId,
  json,
  signal,
  ensureWatchdog,
  out = process.stdout,
  err = process.stderr,
}: Following): Promise<RunState> {
  const reader = openReader(layout);
  const logs = new AttemptLogs((attempt) => attemptFiles(layout, runId, attempt).log, 1);
  const show = json ? inJson(out) : forPeople(out, err);
  let shown = 1;
  const showLogs = (last: number) => {
    for (const { attempt, bytes } of logs.added(last)) {
      if (attempt !== shown) show.log.endLine();
      shown = attempt;
      show.log.write(bytes);
    }
  };
  let state: RunState = 'starting';
  let isWatched = true;
  try {
    for await (const { run, rows } of looks(reader, runId, 0, signal)) {
      for (const row of rows) {
        // Print what the agent said before the decision that follows from it.
        showLogs(attemptUntil(row) ?? logs.attempt);
        if (row.observation.kind === 'process.exited') show.log.endLine();
        show.decision(row);
      }
      showLogs(run.tried);
      state = run.state;
      if (isAtRest(run)) break;
      const isWatchedNow: boolean = ensureWatchdog(reader.lease());
      if (isWatchedNow !== isWatched) err.write(`${isWatchedNow ? BACK : GONE}\n`);
      isWatched = isWatchedNow;
    }
    show.log.endLine();
    return state;
  } finally {
    reader.close();
  }
}

const GONE = 'dogwatch: the watchdog is gone; starting another one';
const BACK = 'dogwatch: a watchdog is running again';

const isAtRest = (run: Run): boolean => (isOver(run) ? !isActive(run) : needsAttention(run.state));

/**
 * Returns the last attempt whose log precedes this decision, or null if that is the current one as
 * far as is known.
 */
function attemptUntil({ observation }: JournalRow): number | null {
  if (observation.kind === 'run.registered') return 0;
  if ('attempt' in observation) return observation.attempt;
  if (observation.kind !== 'action.settled' || !('attempt' in observation.outcome)) return null;
  const { kind, attempt } = observation.outcome;
  return kind === 'started' ? attempt - 1 : attempt;
}

interface Show {
  readonly log: LogOutput;
  decision(row: JournalRow): void;
}

const forPeople = (out: NodeJS.WritableStream, err: NodeJS.WritableStream): Show => ({
  log: logOutput(out),
  decision: (row) => err.write(`${paint('dim', 'dogwatch │', err)} ${inWords(row, err)}\n`),
});

const inJson = (out: NodeJS.WritableStream): Show => ({
  log: new Lines((line) => out.write(`${jsonText({ log: line })}\n`)),
  decision: (row) => out.write(`${jsonText(asJson(row))}\n`),
});
