import type { AgentName, RunSpec, Signal } from '../../core/model/facts.ts';

/**
 * Interprets one log of one attempt, given complete lines, without their line ends, oldest first.
 */
export interface Interpreter {
  read(lines: readonly string[]): Signal[];
}

/** What an interpreter must know besides the lines. */
export interface LogContext {
  /** When the last of the lines was written. */
  readonly atWall: () => number;
  /** Time zone of the agent's process. */
  readonly zone: string;
  /** The run's session, or null if it is not known yet. */
  readonly session: () => string | null;
  /** The agent's variables, to find its own records. Absent if only the lines are at hand. */
  readonly environment?: () => Environment;
}

/** Files in which an agent keeps its sessions, for what its output says late or not at all. */
export interface SessionRecords {
  /**
   * The records of a session and of its sub-agents, as far as they exist now. Reads only, and
   * cheaply.
   */
  of(session: string, environment: Environment): readonly string[];
  /** For one record. */
  interpreter(spec: Reading, context: LogContext): Interpreter;
}

/** A call of a tool of which an agent's record has no result. */
export interface OpenCall {
  readonly tool: string;
  /** As JSON, unshortened. */
  readonly input: string;
  /** ms since the epoch, or null if nothing says when. */
  readonly atWall: number | null;
}

/** Which calls are asked for. */
export interface Since {
  readonly wall: number;
  /** The last lines of the output. */
  readonly output: readonly string[];
  /** It goes on in another session, which knows of none of the calls: all of them are asked for. */
  readonly isForgotten?: boolean;
}

/** What an interpreter must know about the run. */
export type Reading = Pick<RunSpec, 'command' | 'done' | 'resumePrompt' | 'patterns' | 'sessionPattern'>;

export type Environment = Readonly<Record<string, string>>;

/** Where a command works. */
export interface Place {
  readonly environment: Environment;
  readonly cwd: string;
}

/** A configuration that affects which variables an agent's tools get. */
export interface ToolsEnvironment {
  readonly path: string;
  /** Why it may keep dogwatch's variables from them, or null if they are set by name. */
  readonly doubt: 'filtered' | 'unreadable' | null;
}

export interface StartPlan {
  readonly argv: readonly string[];
  /** Null stands for /dev/null. */
  readonly stdin: string | null;
}

/** A command that is ready to start, or why it cannot be kept running. */
export type Prepared = { readonly command: readonly string[] } | { readonly problem: string };

/**
 * What dogwatch knows about an agent CLI. Its patterns are data, with the version that they were
 * seen in.
 */
export interface Agent {
  readonly name: AgentName;
  /** Whether it keeps sessions that can be resumed by id. */
  readonly keepsSessions: boolean;
  /**
   * Whether its tools run with the PATH that it was started with. Codex's start in a login shell,
   * which sets another.
   */
  readonly keepsPath: boolean;
  /**
   * Called once, when a run is registered: the command to start. `unique` is a short random text;
   * `hasPrompt` means that the task comes on standard input. A problem means that the command
   * cannot be kept running.
   */
  prepare(command: readonly string[], unique: string, hasPrompt?: boolean): Prepared;
  /**
   * The start, as the operator wrote it: the first one, or again where no session is left. With
   * `environment` it can see what an earlier start left.
   */
  start(spec: RunSpec, environment?: Environment): StartPlan;
  /** Whether no word of the command is its task, so that it must come on standard input. */
  lacksTask?(command: readonly string[]): boolean;
  /**
   * The command with options that carry these variables to its tools if it might clear them;
   * otherwise unchanged.
   */
  carries?(argv: readonly string[], variables: Environment, place: Place): readonly string[];
  /**
   * The command with what makes it ask a person, by an MCP server that this command starts; the
   * same command if it says itself who is asked. Absent if the agent cannot wait for an answer.
   */
  asks?(argv: readonly string[], server: readonly [program: string, ...args: string[]]): readonly string[];
  /**
   * How the agent's configuration affects the variables of its tools. Empty if nothing is known.
   */
  toolsEnvironment?(command: readonly string[], place: Place): readonly ToolsEnvironment[];
  /** The same session, with all flags. `session` is null if the agent keeps none. */
  resume(spec: RunSpec, session: string | null, prompt: string): StartPlan;
  /** A new session, with a digest of the work so far. */
  fresh(spec: RunSpec, digest: string): StartPlan;
  /** For one log of one attempt. */
  interpreter(spec: Reading, context: LogContext): Interpreter;
  /**
   * Whose limits and credentials a command works under, and which model it uses (null for the
   * default). Never contains a secret.
   */
  account(command: readonly string[], environment: Environment): { readonly account: string; readonly model: string | null };
  /** Files that hold the credentials: a change means that someone has logged in again. */
  credentialFiles(command: readonly string[], environment: Environment): readonly string[];
  /** The directory that it writes to besides its working directory, or null if none is known. */
  dataDirectory(environment: Environment): string | null;
  /**
   * Logs that the agent writes besides its output, possibly shared by all its processes. Includes
   * logs that do not exist yet.
   */
  ownLogs(environment: Environment): readonly string[];
  /** For such a log: only what it says about this run's session. */
  ownLogInterpreter(spec: Reading, context: LogContext): Interpreter;
  /** Followed like logs while an attempt lives. Absent if there are none. */
  readonly records?: SessionRecords;
  /**
   * When the agent last wrote to its own record of the session, in ms since the epoch, or null if
   * the record cannot be read. Reads only, and cheaply.
   */
  wroteWall(session: string, environment: Environment): number | null;
  /**
   * Where the agent worked in this session, by its own record, last place first. Empty if the
   * record does not say. Reads only.
   */
  workedIn?(session: string, environment: Environment): readonly string[];
  /**
   * Whether each attempt is a new session that knows of the work only what its prompt says. Absent:
   * no.
   */
  readonly forgets?: true;
  /**
   * The calls since a moment that may have taken effect, although the agent will not know of their
   * result when it goes on: by its own record, and by the last lines of its output. Reads only.
   * Absent if that is not known. `session` is null if the output is all that there is.
   */
  openCalls?(session: string | null, environment: Environment, since: Since): readonly OpenCall[];
  /** Whether a line of its output says that it could not write its record. Absent: none does. */
  isUnwritten?(line: string): boolean;
  /** The exit status by which it reports that a cap that its command sets is reached. */
  readonly cappedExit?: number;
  /** What the model said in a line of the log, for a digest, or null if it said nothing. */
  said(line: string): string | null;
  /** The session of an attempt whose log did not name it, or null if there is none. Reads only. */
  findSession(spec: RunSpec, environment: Environment, startedAtWall: number): Promise<string | null>;
}
