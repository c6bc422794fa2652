import type { AgentName, PatternSignal } from '../values/agent-names.ts';
import type { Policy } from './policy.ts';

/**
 * What an attempt is started as. `auto`: a systemd unit if dogwatch itself is a service or limits
 * are set, otherwise a process.
 */
export const LAUNCHERS = ['auto', 'process', 'systemd', 'tmux'] as const;

/** The limits for all processes of an attempt together, or null for no limit. */
export interface Limits {
  readonly memoryBytes: number | null;
  /** In percent of one core: 150 is one and a half cores. */
  readonly cpuPercent: number | null;
}

export const NO_LIMITS: Limits = { memoryBytes: null, cpuPercent: null };

/** What the operator requested. Frozen when the run is registered. */
export interface RunSpec {
  readonly name: string;
  readonly agent: AgentName;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly umask: number;
  /**
   * Name of the file (in the state directory's `environments/`) that holds the variables captured
   * at registration. They are stored nowhere else.
   */
  readonly environmentFile: string;
  /**
   * The operator's own prompt, fed to each start of the command on stdin, or null if stdin is
   * /dev/null.
   */
  readonly prompt: string | null;
  /**
   * Run by /bin/sh -c instead of the agent module's command, or null if the agent module decides.
   */
  readonly resumeCommand: string | null;
  /** Template of the resume prompt. */
  readonly resumePrompt: string;
  readonly done: {
    readonly file: string | null;
    /**
     * State of the done file at registration ("dev:ino:mtime:size"), so that an old file proves
     * nothing.
     */
    readonly fileBefore: string | null;
    readonly logPattern: string | null;
    readonly check: string | null;
    /** Exit status 0 is a claim of done. */
    readonly exit: boolean;
    /**
     * Nobody requested `exit`: it applies only while nothing that looks like an agent is seen.
     * Absent in older runs.
     */
    readonly exitByDefault?: boolean | undefined;
    /**
     * The agent that seems to be part of a command that no module handles, so that its exit status
     * proves nothing. Null or absent if none.
     */
    readonly doubt?: string | null | undefined;
  };
  readonly progress: string | null;
  /** Log files besides the attempt's own. */
  readonly logs: readonly string[];
  /** Systemd units whose journal is a log; `user:NAME` is a unit of the user's own manager. */
  readonly journals: readonly string[];
  readonly launcher: (typeof LAUNCHERS)[number];
  readonly limits: Limits;
  /** The agent keeps sessions that can be resumed by id. */
  readonly sessions: boolean;
  readonly adopted: boolean;
  /**
   * What lets the agent work where dogwatch cannot see it (`ssh`), which the operator accepts. Null
   * or absent if nothing does.
   */
  readonly unseen?: string | null | undefined;
  /**
   * Whose usage limits and credentials it uses: agent, provider and a hash of the credential, never
   * the credential itself.
   */
  readonly account: string;
  /** Directories that it writes to: nothing is started while one of their filesystems is full. */
  readonly paths: readonly string[];
  /** The model that its command names, or null for the agent's default. */
  readonly model: string | null;
  /**
   * The operator's patterns for the lines of a command that dogwatch does not know: a regular
   * expression per signal.
   */
  readonly patterns: readonly { readonly signal: PatternSignal; readonly pattern: string }[];
  /**
   * The first group of this regular expression is the session, in a line of the log. Null if the
   * agent module knows it.
   */
  readonly sessionPattern: string | null;
  readonly policy: Policy;
}
