import { setTimeout } from 'node:timers/promises';
import { isOver } from '../core/run.ts';
import type { RunState } from '../core/types.ts';
import { attemptFiles, type Layout } from '../store/layout.ts';
import { type JournalRow, openReader } from '../store/reader.ts';
import { GrowingFile } from './growing-file.ts';
import { asJson } from './history.ts';
import { harmless, paint, stateFormat } from './terminal.ts';

const LOOK_EVERY_MS = 150;

export interface Following {
  readonly layout: Layout;
  readonly runId: string;
  /** JSON lines on stdout instead of the log on stdout and the decisions on stderr. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Shows what happens in a run: its log, and each decision as it is made. Resolves with its state when it is over, when it is somebody else's turn, or when interrupted. */
export async function followRun({ layout, runId, json, signal }: Following): Promise<RunState> {
  const show = json ? inJson : forPeople;
  let seq = 0;
  let log = new GrowingFile(attemptFiles(layout, runId, 1).log);
  const showLog = (flush: boolean) => {
    for (const line of log.lines(flush)) show.line(line);
  };
  for (;;) {
    const reader = openReader(layout);
    const rows = reader.history(runId, { afterSeq: seq });
    const run = reader.run(runId);
    reader.close();
    for (const row of rows) {
      seq = row.seq;
      // What the agent said comes before what was made of it.
      showLog(row.observation.kind === 'process.exited');
      show.decision(row);
      const started = startedAttempt(row);
      if (started !== null) log = new GrowingFile(attemptFiles(layout, runId, started).log);
    }
    showLog(false);
    if (run === null || signal.aborted) return run?.state ?? 'failed';
    if (rows.length === 0 && (isOver(run) || run.state === 'handed-off' || run.state === 'escalated')) {
      showLog(true);
      return run.state;
    }
    await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

function startedAttempt({ observation }: JournalRow): number | null {
  if (observation.kind !== 'action.settled' || observation.outcome.kind !== 'started') return null;
  return observation.outcome.attempt;
}

const forPeople = {
  line: (line: string) => process.stdout.write(`${process.stdout.isTTY ? harmless(line) : line}\n`),
  decision: ({ to, because, actions }: JournalRow) => {
    const does = actions.length === 0 ? '' : paint('bold', ` → ${actions.map(({ kind }) => kind).join(', ')}`, process.stderr);
    const state = paint(stateFormat(to), to.padEnd(8), process.stderr);
    process.stderr.write(`${paint('dim', 'dogwatch', process.stderr)} ${state} ${harmless(because)}${does}\n`);
  },
};

const inJson = {
  line: (line: string) => process.stdout.write(`${JSON.stringify({ log: line })}\n`),
  decision: (row: JournalRow) => process.stdout.write(`${JSON.stringify(asJson(row))}\n`),
};
