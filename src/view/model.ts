import type { Level } from '../core/model/disk.ts';
import type { Hold } from '../core/model/facts.ts';
import type { Attempt } from '../core/model/run.ts';
import type { Owner } from '../core/model/states.ts';
import type { ReportedNotice } from '../core/notices/report.ts';
import type { RunStatus } from '../core/report/status.ts';
import type { WatchdogCondition } from '../core/report/supervision.ts';
import type { ReportedTurn } from '../core/report/turn.ts';
import type { CostReport } from '../core/spend/report.ts';
import type { Exit } from '../core/values/exit.ts';

/**
 * What every face says. It is plain data: `status --json` prints it as it is. Dates are ISO 8601,
 * UTC. Fields are only ever added.
 */
export interface View {
  /** The version of this vocabulary. It grows only if a field changes its meaning. */
  readonly version: 1;
  /** When the state was read. */
  readonly at: string;
  /** In this order: what needs a person, held, quiet, working, done. */
  readonly runs: readonly RunView[];
  readonly counts: Readonly<Record<Group, number>>;
  /** What all these runs cost so far. */
  readonly cost: CostReport;
  /** Runs whose row in the database is damaged: dogwatch does nothing about them. */
  readonly unreadable: readonly UnreadableRun[];
  /** What a person must know about, and who was notified. */
  readonly notices: readonly ReportedNotice[];
  /** Accounts of runs that are not over, and those with a hold. */
  readonly accounts: readonly AccountView[];
  readonly host: HostView;
  /**
   * When the watchdog wrote the snapshot that is shown because the database cannot be read, or null
   * if it can.
   */
  readonly keptAt: string | null;
  /** How many runs the snapshot had no room for. */
  readonly leftOut: number;
}

/** What a run needs, most urgent first. */
export const GROUPS = ['person', 'held', 'quiet', 'working', 'done'] as const;
export type Group = (typeof GROUPS)[number];

/** What /proc says about an attempt that was alive when a watchdog last looked. */
export type Found = 'lives' | 'gone' | 'unknown';

/** What happens to a run next. */
export interface NextStep {
  /** A clause without a time: "attempt 5 starts". */
  readonly what: string;
  /** When, or null if no clock says so. */
  readonly at: string | null;
  /** How the time belongs to the clause: "at 04:52", "by 04:52" if that is the latest, "until". */
  readonly bound: 'at' | 'by' | 'until';
  /** Who does it, or null if nobody does. */
  readonly by: Owner | null;
}

/** Something that a person can type about a run. */
export interface RunCommand {
  readonly type: string;
  /** What it does, as a clause. */
  readonly does: string;
}

/** What the state says about a run, without the current time. */
export interface RunFacts extends RunStatus {
  /** When the run entered its state. */
  readonly since: string;
  /** After how many resumes without progress it is handed off. */
  readonly maxResumes: number;
  /**
   * If no watchdog is alive: what /proc says about the attempt that was alive when one last looked,
   * or null if there was none.
   */
  readonly found: Found | null;
  /** Whose turn it is to act, and whose is next. */
  readonly turn: ReportedTurn;
  readonly next: NextStep;
  readonly account: string;
  /** The model that its command names, or null for the agent's default. */
  readonly model: string | null;
  readonly lastAttempt: AttemptView | null;
  /** How it last failed, in words, or null if it has not. */
  readonly lastCause: string | null;
  /** The last line of its last attempt that is written for people, or null if none is known. */
  readonly lastWords: string | null;
  readonly tool: { readonly name: string; readonly since: string } | null;
  /** Its files or its log filled a disk, in words, or null if they did not. */
  readonly filled: string | null;
  /** A person has to log in, whatever else holds. */
  readonly needsLogin: boolean;
  /** It has spent what it may: the option of `dogwatch resume` that lets it go on. Else null. */
  readonly raisesCap: string | null;
  /** What its agent asks a person, oldest first. */
  readonly questions: readonly QuestionView[];
  /** Nothing works on it, and only a person can change that. */
  readonly needsPerson: boolean;
}

export interface RunView extends RunFacts {
  readonly group: Group;
  readonly sign: Sign;
  /** The state with what else must be known at a glance: "working (paused)". */
  readonly label: string;
  /** Why, in a sentence without a full stop. */
  readonly why: string;
  /** What a person can type now, most useful first. */
  readonly commands: readonly RunCommand[];
  /** The subjects of its open notices that nobody has acknowledged. */
  readonly calls: readonly string[];
  /** The filesystem that its working directory is on: the path in `host.filesystems`, or null. */
  readonly filesystem: string | null;
}

/** One sign a group, so that no fact is in a colour alone. `--` and `xx`: stopped and failed. */
export type Sign = '!!' | '<<' | '..' | '>>' | 'ok' | '--' | 'xx';

export interface QuestionView {
  readonly number: number;
  readonly of: 'permission' | 'choice';
  readonly text: string;
  readonly askedAt: string;
  /** When it is denied unless someone answers. */
  readonly until: string;
  /** The attempt that asked lives and waits; otherwise the next one gets the answer. */
  readonly isHeard: boolean;
}

export interface AttemptView {
  readonly number: number;
  readonly mode: Attempt['mode'];
  readonly startedAt: string;
  /** Null while it lives, or if nobody saw it end. */
  readonly endedAt: string | null;
  readonly alive: boolean;
  readonly exit: Exit | null;
  /** Why dogwatch ended it, or null if it was left alone. */
  readonly endedBecause: string | null;
}

export interface UnreadableRun {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

export interface AccountView {
  readonly account: string;
  /** Names of its runs that are not over. */
  readonly runs: readonly string[];
  readonly holds: readonly { readonly kind: Hold['kind']; readonly until: string | null; readonly because: string }[];
  /** Its usage windows, as its provider last stated them. */
  readonly windows: readonly WindowView[];
}

export interface WindowView {
  /** "five_hour", "seven_day" and the like. */
  readonly name: string;
  /** The model that it is for, or null if it is for all, or for the agent's default model. */
  readonly model: string | null;
  /** How much of it is used. Null if that was not stated, or not since it began anew. */
  readonly usedPercent: number | null;
  readonly resetsAt: string | null;
  readonly seenAt: string;
  /** Whether work goes on beyond it as extra usage, which costs extra. Null if not known. */
  readonly extra: 'in-use' | 'possible' | 'none' | null;
}

export interface HostView {
  readonly name: string;
  readonly watchdog: { readonly pid: number; readonly since: string } | null;
  /** `stopped`: it is alive but has given no sign of life for too long. */
  readonly condition: WatchdogCondition;
  /** Its last sign of life: how old these facts are. Null if not known. */
  readonly seenAt: string | null;
  /** For how many ms no watchdog has looked, or null if one is alive or that is not known. */
  readonly unwatchedMs: number | null;
  readonly stateDir: string;
  /** The state cannot be written, in words, or null if it can. */
  readonly readOnly: string | null;
  readonly filesystems: readonly FilesystemView[];
  /** When `dogwatch supervise` last ran, or null if it never did. */
  readonly gateAt: string | null;
}

export interface FilesystemView {
  readonly path: string;
  readonly availableBytes: number;
  readonly totalBytes: number;
  /** The pressure at this moment; a watchdog also considers how long it has lasted. */
  readonly pressure: Level;
  /** Below these it is short of space. */
  readonly softBytes: number;
  readonly criticalBytes: number;
  /** From here on it is not short any more. */
  readonly exitBytes: number;
  /** When it will be full at the rate of the last minutes, or null if that is not known. */
  readonly fullAt: string | null;
  /** Runs whose files filled it, and what was measured. */
  readonly filledBy: readonly { readonly run: string; readonly because: string }[];
  /** What uses the most space there, largest first; empty if it was not determined. */
  readonly largest: readonly string[];
}
