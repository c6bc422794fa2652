import type { AgentName, PatternSignal } from '../values/agent-names.ts';
import type { Policy } from './policy.ts';

/** What an attempt is started as; `auto`: a systemd unit where dogwatch itself is a service or limits are wished, else a process. */
export const LAUNCHERS = ['auto', 'process', 'systemd', 'tmux'] as const;

/** The most that all processes of an attempt together may use; null: no limit. */
export interface Limits {
  readonly memoryBytes: number | null;
  /** Of one core: 150 is one and a half. */
  readonly cpuPercent: number | null;
}

export const NO_LIMITS: Limits = { memoryBytes: null, cpuPercent: null };

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
    /** Nobody asked for `exit`: it stands while nothing that looks like an agent is seen. Missing in older runs. */
    readonly exitByDefault?: boolean | undefined;
    /** Which agent seems to be in a command that no module takes hold of, so that its exit status is none; null or missing: none. */
    readonly doubt?: string | null | undefined;
  };
  readonly progress: string | null;
  /** Log files besides the attempt's own. */
  readonly logs: readonly string[];
  /** Units of systemd whose journal is a log; `user:NAME`: of the user's own manager. */
  readonly journals: readonly string[];
  readonly launcher: (typeof LAUNCHERS)[number];
  readonly limits: Limits;
  /** The agent keeps sessions that can be resumed by id. */
  readonly sessions: boolean;
  readonly adopted: boolean;
  /** What lets the agent work where dogwatch can't see it (`ssh`), which the operator accepts; null or missing: nothing does. */
  readonly unseen?: string | null | undefined;
  /** Whose usage limits and credentials it works under: agent, provider and a hash of which credential, never the credential itself. */
  readonly account: string;
  /** Directories that it writes to: nothing is started while one of their filesystems is full. */
  readonly paths: readonly string[];
  /** The model that its command names; null: the agent's default. */
  readonly model: string | null;
  /** What the operator says of the lines of a command that dogwatch does not know: a regular expression for each signal. */
  readonly patterns: readonly { readonly signal: PatternSignal; readonly pattern: string }[];
  /** The first group of this regular expression is the session, in a line of the log; null: the agent module knows. */
  readonly sessionPattern: string | null;
  readonly policy: Policy;
}
