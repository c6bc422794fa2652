import type { RunState } from '../core/model/facts.ts';
import type { Attempt } from '../core/model/run.ts';
import type { ReportedNotice } from '../core/notices/report.ts';
import type { Exit } from '../core/values/exit.ts';
import type { AccountView, Group, HostView, RunView } from './model.ts';

/** One run with its history. */
export interface RunDetail {
  readonly version: 1;
  readonly at: string;
  readonly run: RunView;
  readonly host: HostView;
  readonly notices: readonly ReportedNotice[];
  /** As in the view of all runs. */
  readonly keptAt: string | null;
  readonly leftOut: number;
  /** Its account. */
  readonly accounts: readonly AccountView[];
  /** What the run was asked to do: its command, and what shows that it is done. */
  readonly command: readonly string[];
  readonly doneWhen: readonly string[];
  /** All that in one paragraph. */
  readonly explanation: string;
  /** What the next resume roughly costs, in words, or null if it resumes nothing. */
  readonly nextResume: string | null;
  /** The last texts of its model, oldest first. */
  readonly said: readonly string[];
  readonly timeline: Timeline;
  /** Newest last. */
  readonly journal: readonly JournalLine[];
}

/** What happened to a run, on one axis of time. */
export interface Timeline {
  /** The axis; `from` is the run's beginning unless rows from before it are missing. */
  readonly from: string;
  readonly to: string;
  /** False if the journal has older rows. */
  readonly isWhole: boolean;
  readonly attempts: readonly AttemptSpan[];
  /** The states one after the other. */
  readonly states: readonly StateSpan[];
  readonly milestones: readonly { readonly at: string; readonly attempt: number; readonly what: string }[];
  readonly recoveries: readonly { readonly at: string; readonly number: number; readonly because: string }[];
  /** What was available on the run's filesystem whenever that was noted. */
  readonly disk: readonly { readonly at: string; readonly availableBytes: number; readonly totalBytes: number }[];
  readonly spend: readonly { readonly at: string; readonly usd: number }[];
}

export interface AttemptSpan {
  readonly number: number;
  readonly mode: Attempt['mode'] | null;
  /** Null if the journal does not reach back to its start. */
  readonly from: string | null;
  /** Null while it lives. */
  readonly to: string | null;
  readonly exit: Exit | null;
  /** Why the decision that followed was made, or null while it lives. */
  readonly because: string | null;
}

export interface StateSpan {
  readonly state: RunState;
  readonly group: Group;
  readonly from: string;
  /** Null for the present one. */
  readonly to: string | null;
  readonly because: string;
}

/** A decision, as `history --json` prints it, and in words. */
export interface JournalLine {
  readonly seq: number;
  readonly at: string;
  readonly from: RunState | null;
  readonly state: RunState;
  readonly observation: string;
  readonly because: string;
  readonly actions: readonly string[];
  /** The actions in words. */
  readonly decided: readonly string[];
  /** An attempt ended other than well, or the run came to need a person. */
  readonly isFailure: boolean;
  /** What happened, in words. */
  readonly happened: readonly string[];
}
