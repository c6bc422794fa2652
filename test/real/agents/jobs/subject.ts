import type { Answer, Api } from '../../providers/model-server.ts';
import type { Refusals } from '../../providers/refusals.ts';
import type { PinnedAgent } from '../install.ts';

/** A real agent CLI in its own home, whose model is on loopback. */
export interface Subject {
  readonly pinned: PinnedAgent;
  readonly api: Api;
  readonly refusals: Refusals;
  /**
   * How an attempt with refused credentials behaves: its requests before it gives up, and its exit
   * status.
   */
  readonly unauthorized: { readonly requests: number; readonly exit: number };
  /** How an attempt behaves whose account is exhausted. */
  readonly limited: {
    /** How precisely it says when the limit resets: to the second, to the minute, or not at all. */
    readonly says: 'second' | 'minute' | 'nothing';
    /** Requests before it gives up. */
    readonly requests: number;
    readonly exit: number;
    /** Refused attempts: without a stated reset the first probe comes too early. */
    readonly refusedAttempts: number;
  };
  /**
   * What it does when its model refuses the session as too long, once or whenever it tries to
   * continue it (`exit: null`: it compacts the session and continues), and what dogwatch does next.
   */
  readonly overflows: readonly {
    readonly refused: 'once' | 'always';
    readonly requests: number;
    readonly exit: number | null;
    readonly after: readonly string[];
  }[];
  /** The header that names its session to the model, or null if there is none. */
  readonly sessionHeader: string | null;
  /** Its tools find `dogwatch` only by its path. */
  readonly loginShell?: true;
  /** Where it keeps its sessions, below its home. */
  readonly sessions: string;
  /** Where it keeps its login, below its home. */
  readonly credentials: string;
  /** Its record follows its work by about a second. */
  readonly recordsLate?: true;
  /** It cannot resume a session: each attempt knows only the task and dogwatch's prompt. */
  readonly forgets?: true;
  /** What its only process calls itself. Absent if it keeps the name of its program. */
  readonly title?: string;
  /** The command for a given program. */
  command(program: string): readonly string[];
  /** Prepares its home and returns its variables. */
  environment(home: string, url: string): Readonly<Record<string, string>>;
  /** The model's answer that runs a command. */
  shell(command: string): Answer;
  /** The model's answer that lets a sub-agent do a task. Absent if there are none. */
  delegate?(task: string): Answer;
  /** Tokens that fill its context so far that it compacts the session. */
  readonly nearlyFull?: number;
  /**
   * Prepares its home so that it compacts by then, or returns the variables for it. Absent if it
   * does by itself.
   */
  compacts?(home: string): Readonly<Record<string, string>> | undefined;
  /** The command without what lets it use its tools unasked. Absent if nothing does. */
  asking?(program: string): readonly string[];
  /** The argument that marks a daemon that it starts, which lives on. Absent if there is none. */
  readonly daemon?: string;
  /** Arguments with which it does, and keeps, what it does only once in a home. Absent if nothing. */
  readonly onceBefore?: readonly string[];
  /** Variables that make it one process, without a wrapper. */
  readonly alone?: Readonly<Record<string, string>>;
}

export const JOB = 'Write one, two and three.';
