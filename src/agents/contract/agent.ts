import type { AgentName, RunSpec, Signal } from '../../core/model/facts.ts';

/** Understands one log of one attempt: complete lines, without their line ends, oldest first. */
export interface Interpreter {
  read(lines: readonly string[]): Signal[];
}

/** What an interpreter has to know beside the lines. */
export interface LogContext {
  /** When the last of the lines was written. */
  readonly atWall: () => number;
  /** Time zone of the agent's process. */
  readonly zone: string;
  /** The run's session, as far as it is known; null: it is not. */
  readonly session: () => string | null;
}

/** What an interpreter has to know of the run. */
export type Reading = Pick<RunSpec, 'command' | 'done' | 'resumePrompt' | 'patterns' | 'sessionPattern'>;

export type Environment = Readonly<Record<string, string>>;

/** Where a command works. */
export interface Place {
  readonly environment: Environment;
  readonly cwd: string;
}

/** A configuration that says which variables an agent's tools get. */
export interface ToolsEnvironment {
  readonly path: string;
  /** Why dogwatch's may be kept from them; null: they are set by name. */
  readonly doubt: 'filtered' | 'unreadable' | null;
}

export interface StartPlan {
  readonly argv: readonly string[];
  /** Null: /dev/null. */
  readonly stdin: string | null;
}

/** A command that is ready to be started, or why it can't be kept going. */
export type Prepared = { readonly command: readonly string[] } | { readonly problem: string };

/** What dogwatch knows of an agent CLI. Its patterns are data, with the version that they were seen in. */
export interface Agent {
  readonly name: AgentName;
  /** It keeps sessions that can be resumed by their id. */
  readonly keepsSessions: boolean;
  /** Its tools run with the PATH that it was started with; codex's begin in a login shell, which sets another one. */
  readonly keepsPath: boolean;
  /**
   * Once, when a run is registered: the command as it will be started. `unique` is a short random text; `hasPrompt`: the task comes on
   * standard input. A problem: it can't be kept going.
   */
  prepare(command: readonly string[], unique: string, hasPrompt?: boolean): Prepared;
  /** The first start, as the operator wrote it. */
  start(spec: RunSpec): StartPlan;
  /** True where no word of the command is its task: it has to come on standard input. */
  lacksTask?(command: readonly string[]): boolean;
  /** The command with options that carry these variables to its tools, where it may clear them away; as it is where it does not. */
  carries?(argv: readonly string[], variables: Environment, place: Place): readonly string[];
  /** What its configuration does to the variables of its tools, in words; empty: nothing that is known. */
  toolsEnvironment?(command: readonly string[], place: Place): readonly ToolsEnvironment[];
  /** The same session, with all flags. `session` is null where the agent keeps none. */
  resume(spec: RunSpec, session: string | null, prompt: string): StartPlan;
  /** A new session, with a digest of what was before. */
  fresh(spec: RunSpec, digest: string): StartPlan;
  /** For one log of one attempt. */
  interpreter(spec: Reading, context: LogContext): Interpreter;
  /** Whose limits and credentials a command works under, and with which model (null: the default). Never holds a secret itself. */
  account(command: readonly string[], environment: Environment): { readonly account: string; readonly model: string | null };
  /** Files that hold the credentials: when they change, somebody has logged in again. */
  credentialFiles(command: readonly string[], environment: Environment): readonly string[];
  /** The directory that it writes to besides its working directory; null: none that is known. */
  dataDirectory(environment: Environment): string | null;
  /** Logs that the agent writes besides its output, maybe shared by all its processes; a log that is not there yet, too. */
  ownLogs(environment: Environment): readonly string[];
  /** For such a log: only what it says of this run's session. */
  ownLogInterpreter(spec: Reading, context: LogContext): Interpreter;
  /** When the agent last wrote to its own record of the session: ms since the epoch; null: that can't be read. Only looks, and cheaply. */
  wroteWall(session: string, environment: Environment): number | null;
  /** Where the agent worked in this session, as its own record says it, the last place first; empty: it says nothing of that. Only looks. */
  workedIn?(session: string, environment: Environment): readonly string[];
  /** What the model said in a line of the log, for a digest; null: nothing. */
  said(line: string): string | null;
  /** The session of an attempt whose log did not tell it; null: there is none. Only looks. */
  findSession(spec: RunSpec, environment: Environment, startedAtWall: number): Promise<string | null>;
}
