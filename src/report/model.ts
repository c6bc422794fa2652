import type { RunState } from '../core/model/facts.ts';
import type { CostReport } from '../core/spend/report.ts';
import type { RunCommand } from '../view/model.ts';

/** What happened since a moment, as `report --json` prints it. Fields are only ever added. */
export interface Report {
  readonly version: 1;
  /** When the state was read. */
  readonly at: string;
  readonly since: string;
  readonly host: string;
  /** What makes the rest doubtful, worst first: nobody looks, or the state cannot be read. */
  readonly doubts: readonly string[];
  /** False if only the watchdog's snapshot could be read: what happened is unknown then. */
  readonly isJournalRead: boolean;
  readonly counts: Counts;
  /** What was counted since then, from the quarter of an hour on in which it lies. */
  readonly cost: CostReport;
  /** Runs to which something happened, and those that are not over, by name. */
  readonly runs: readonly ReportedRun[];
  /** What a person has to do: runs in the order of every face, then this machine. */
  readonly calls: readonly Call[];
}

interface Counts {
  readonly runs: number;
  /** Runs that ended and have stayed so. */
  readonly complete: number;
  readonly stopped: number;
  readonly failed: number;
  readonly attemptsStarted: number;
  readonly attemptsEnded: number;
  readonly milestones: number;
  readonly recoveries: number;
  /** Runs that need a person now. */
  readonly person: number;
}

export interface ReportedRun {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly because: string;
  /** When it was registered, or null if that was before. */
  readonly registeredAt: string | null;
  /** When it ended, or null if it is not over, or was over before. */
  readonly endedAt: string | null;
  readonly attemptsStarted: number;
  readonly attemptsEnded: number;
  readonly milestones: number;
  /** The newest of them, oldest first. */
  readonly made: readonly Made[];
  readonly recoveries: number;
  readonly held: Held;
  /** Null if it has no part in the ledger since then. */
  readonly cost: CostReport | null;
}

interface Made {
  readonly at: string;
  readonly attempt: number;
  /** "new commit 1a2b3c4d5e" and the like. */
  readonly what: string;
}

/** When nothing worked on a run although it was not over. */
export interface Held {
  readonly times: number;
  readonly ms: number;
  /** The longest, oldest first. */
  readonly longest: readonly HeldSpan[];
}

export interface HeldSpan {
  readonly state: RunState;
  readonly from: string;
  /** Null if it still lasts. */
  readonly to: string | null;
  readonly ms: number;
  /** Null if it began before the report and its reason was not looked up. */
  readonly because: string | null;
}

interface Call {
  /** Null for this machine. */
  readonly run: string | null;
  readonly why: string;
  readonly commands: readonly RunCommand[];
}
