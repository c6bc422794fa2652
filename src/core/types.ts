/** The words of dogwatch as types. Everything here is plain data: it is stored as JSON, and the same core runs on it
 * in the watchdog, in a replay and in a simulation. */

import type { AgentName, PatternSignal } from './agent-names.ts';

/** A moment. `wall` (ms since the epoch) is for people and for dates that others state; `mono` (ms, CLOCK_MONOTONIC of this boot) is
 * what durations are measured on, so that a clock that jumps changes nothing. */
export interface Instant {
  readonly wall: number;
  readonly mono: number;
}

/** Which process, for certain: a pid alone may have been given to another process since. `startTicks` is field 22 of /proc/PID/stat
 * (clock ticks since boot). */
export interface ProcessIdentity {
  readonly bootId: string;
  readonly pid: number;
  readonly startTicks: number;
}

export type RunState =
  | 'starting'
  | 'working'
  | 'quiet'
  | 'waiting'
  | 'held'
  | 'handed-off'
  | 'recovering'
  | 'escalated'
  | 'complete'
  | 'stopped'
  | 'failed';

/** Why a run is not resumed now. `untilWall` is null where no clock releases it. */
export interface Hold {
  readonly kind: 'limit' | 'auth' | 'disk' | 'operator' | 'backoff' | 'common-cause';
  readonly untilWall: number | null;
  readonly because: string;
}

export type { AgentName };

/** What the operator asked for. Frozen when the run is registered. */
export interface RunSpec {
  readonly name: string;
  readonly agent: AgentName;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly umask: number;
  /** Name of the file (in the state directory's `environments/`) that holds the variables captured at registration. They are nowhere
   * else. */
  readonly environmentFile: string;
  /** The operator's own prompt, fed to each start of the command on stdin; null: stdin is /dev/null. */
  readonly prompt: string | null;
  /** Run by /bin/sh -c instead of what the agent module would build; null: the agent module decides. */
  readonly resumeCommand: string | null;
  /** Template of the resume prompt. */
  readonly resumePrompt: string;
  readonly done: {
    readonly file: string | null;
    /** State of the done file when the run was registered ("dev:ino:mtime:size"), so that an old one proves nothing. */
    readonly fileBefore: string | null;
    readonly logPattern: string | null;
    readonly check: string | null;
    /** Exit status 0 is a claim of done. */
    readonly exit: boolean;
  };
  readonly progress: string | null;
  /** Log files besides the attempt's own. */
  readonly logs: readonly string[];
  readonly launcher: 'auto' | 'process' | 'systemd' | 'tmux';
  /** The agent keeps sessions that can be resumed by id. */
  readonly sessions: boolean;
  readonly adopted: boolean;
  /** Whose usage limits and credentials it works under: agent, provider and a hash of which credential, never the credential itself. */
  readonly account: string;
  /** The model that its command names; null: the agent's default. */
  readonly model: string | null;
  /** What the operator says of the lines of a command that dogwatch does not know: a regular expression for each signal. */
  readonly patterns: readonly { readonly signal: PatternSignal; readonly pattern: string }[];
  /** The first group of this regular expression is the session, in a line of the log; null: the agent module knows. */
  readonly sessionPattern: string | null;
  readonly policy: Policy;
}

/** The numbers that decide, in ms and counts; from the settings, frozen with the run. */
export interface Policy {
  readonly enabled: boolean;
  readonly idleMs: number;
  readonly startupMs: number;
  readonly maxToolMs: number;
  readonly quietMs: number;
  readonly maxResumes: number;
  readonly maxResumesTotal: number;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** Activity for longer than this lets the next resume be prompt. */
  readonly promptAfterMs: number;
  /** An attempt that lingers after the run is complete is ended after this. */
  readonly lingerMs: number;
  readonly permissionGraceMs: number;
  readonly graceMs: number;
  readonly checkTimeoutMs: number;
  readonly evidenceTimeoutMs: number;
  /** Least wait after a stated reset of a usage limit; up to two and a half times as much with jitter. */
  readonly limitSlackMs: number;
  /** Distance of the first probe of a limit whose reset nobody stated; doubles up to the greatest. */
  readonly probeMinMs: number;
  readonly probeMaxMs: number;
  /** A reset that is stated to be further away than this is not believed. */
  readonly limitCeilingMs: number;
  /** Runs that are released together come back spread over this. */
  readonly staggerMs: number;
}

/** What an agent module understood of its log. `text` is for people and is already free of escapes and cut to size. */
export type Signal =
  | { readonly kind: 'session'; readonly id: string }
  /** The model ended a turn; `well` is false when the turn ended in an error. */
  | { readonly kind: 'turn'; readonly well: boolean }
  | { readonly kind: 'tool' }
  | { readonly kind: 'todo'; readonly done: number; readonly total: number }
  | Limit
  /** The agent's program was refused and tries again by itself: it is alive, and does nothing. */
  | { readonly kind: 'retrying'; readonly text: string }
  | { readonly kind: 'transient' | 'auth' | 'context' | 'no-space' | 'permission' | 'session-missing' | 'error'; readonly text: string }
  /** The pattern of --done-log, in a line of the agent's own. */
  | { readonly kind: 'done'; readonly text: string };

/** A usage limit that refuses, as the agent reports it. */
export interface Limit {
  readonly kind: 'limit';
  readonly text: string;
  /** Which limit, as the agent calls it (`five_hour`, `weekly`); `usage` where it does not say. */
  readonly name: string;
  /** It limits one model (the one that the run works with), and no other. */
  readonly ofModel: boolean;
  /** A cap on money, or an administrator's: no clock lifts it. */
  readonly isCap: boolean;
  /** ms since the epoch; null: the agent does not say. */
  readonly resetsAtWall: number | null;
  /** Where the time stands; `assumed`: in prose without a zone, so that of the agent's process was taken. Null: there is none. */
  readonly provenance: Provenance | null;
}

export type Provenance = 'structured' | 'prose' | 'assumed';

/** Where a log was read up to. `marker` is a hash of the last bytes before `offset`, which tells a refilled file from the one that was
 * read. */
export interface LogCursor {
  readonly dev: number;
  /** 0: no file was there yet, and the one that appears is read from its beginning. */
  readonly ino: number;
  readonly birthMs: number;
  readonly offset: number;
  readonly marker: string;
  /** Bytes before this offset were reported as growth: at least `offset`, more when a line is still incomplete. */
  readonly countedOffset: number;
  /** `offset` lies inside a line whose end is of no interest: what comes before the next line end is skipped. */
  readonly midLine: boolean;
}

/** A process of an attempt that outlived its main process. */
export interface Survivor {
  readonly identity: ProcessIdentity;
  readonly role: 'agent' | 'tool';
  /** Short name (comm) for people. */
  readonly name: string;
}

/** A look at a living attempt's processes. */
export interface Vitals {
  /** CPU time used by the attempt's processes so far, ms. */
  readonly cpuMs: number;
  readonly tool: { readonly key: string; readonly name: string; readonly sinceMono: number } | null;
  /** When the agent last wrote to its own record of the session (transcript, database): ms since the epoch; null: that can't be read. */
  readonly wroteWall: number | null;
}

export interface Evidence {
  readonly head: string | null;
  readonly worktree: string | null;
  readonly progress: string | null;
  /** What could not be gathered, in words. */
  readonly missing: readonly string[];
}

export type Command =
  | { readonly kind: 'pause'; readonly because: string }
  | { readonly kind: 'unpause' }
  | { readonly kind: 'resume'; readonly prompt: string | null }
  | { readonly kind: 'stop'; readonly because: string };

/** Facts with a time. `run` names the run they are about. */
export type Fact =
  | {
      readonly kind: 'run.registered';
      readonly run: string;
      readonly request: string;
      readonly generation: number;
      readonly spec: RunSpec;
      readonly foreign: ProcessIdentity | null;
    }
  | { readonly kind: 'watchdog.started'; readonly run: string; readonly rebooted: boolean; readonly enabled: boolean }
  | { readonly kind: 'operator.requested'; readonly run: string; readonly request: string; readonly command: Command }
  | {
      readonly kind: 'agent.claimed';
      readonly run: string;
      readonly request: string;
      readonly attempt: number;
      readonly genuine: boolean;
      readonly claim: 'done' | 'blocked' | 'progress';
      readonly because: string;
    }
  | {
      readonly kind: 'log.read';
      readonly run: string;
      readonly attempt: number;
      readonly path: string;
      readonly bytes: number;
      /** Complete lines that were read. */
      readonly lines: number;
      readonly signals: readonly Signal[];
      readonly cursor: LogCursor;
      readonly gap: string | null;
    }
  | { readonly kind: 'done-file.appeared'; readonly run: string; readonly attempt: number; readonly path: string }
  | {
      readonly kind: 'process.exited';
      readonly run: string;
      readonly attempt: number;
      readonly code: number | null;
      readonly signal: string | null;
      readonly survivors: readonly Survivor[];
    }
  | { readonly kind: 'process.sampled'; readonly run: string; readonly attempt: number; readonly vitals: Vitals }
  | { readonly kind: 'session.learned'; readonly run: string; readonly attempt: number; readonly session: string | null }
  /** State of the files that hold the account's credentials: it changes when they do. */
  | { readonly kind: 'credentials.seen'; readonly run: string; readonly fingerprint: string }
  | { readonly kind: 'evidence.gathered'; readonly run: string; readonly attempt: number; readonly evidence: Evidence }
  | { readonly kind: 'check.finished'; readonly run: string; readonly attempt: number; readonly passed: boolean; readonly output: string }
  | { readonly kind: 'action.settled'; readonly run: string; readonly action: string; readonly outcome: Outcome }
  | { readonly kind: 'tick'; readonly run: string };

export type Observation = Fact & {
  readonly seq: number;
  readonly at: Instant;
  /** 0 ≤ jitter < 1, drawn when the observation was numbered: the core itself knows no randomness. */
  readonly jitter: number;
};

/** What an effect reports. One shape for success and failure. */
export type Outcome =
  | { readonly kind: 'started'; readonly attempt: number; readonly shim: ProcessIdentity | null; readonly agent: ProcessIdentity | null }
  | { readonly kind: 'start-failed'; readonly attempt: number; readonly because: string }
  | { readonly kind: 'ended'; readonly attempt: number; readonly because: string }
  | { readonly kind: 'end-failed'; readonly attempt: number; readonly because: string }
  | { readonly kind: 'delivered' }
  | { readonly kind: 'abandoned'; readonly because: string };

/** Things that change the world. Recorded before they are performed, settled after. */
export type Action =
  | {
      readonly kind: 'resume';
      readonly id: string;
      readonly run: string;
      readonly attempt: number;
      /** `start`: attempt 1 or a start repeated because nothing is there to resume; `resume`: the same session; `fresh`: a new session
       * with a digest. */
      readonly mode: 'start' | 'resume' | 'fresh';
      /** The session that is resumed, or that a fresh one follows; null: none is known. */
      readonly session: string | null;
      readonly prompt: { readonly reason: string; readonly refusal: string | null; readonly operator: string | null };
    }
  /** The careful step that the three share, as an action of its own when the watchdog only wants an attempt gone. */
  | { readonly kind: 'end'; readonly id: string; readonly run: string; readonly attempt: number; readonly because: string }
  | {
      readonly kind: 'escalate';
      readonly id: string;
      readonly run: string;
      readonly to: 'supervisor' | 'operator';
      readonly cause: string;
      readonly because: string;
    };

/** Things that only look. Not durable: a question that was lost is asked again. The answer comes back as an observation. */
export type Question =
  | { readonly kind: 'check'; readonly run: string; readonly attempt: number }
  | { readonly kind: 'evidence'; readonly run: string; readonly attempt: number }
  | { readonly kind: 'session'; readonly run: string; readonly attempt: number };
