import type { RunSpec } from '../../core/model/facts.ts';
import { madeIn, NO_TRAIL, openIn, type Trail } from '../calls/open.ts';
import {
  type CommandLine,
  type Grammar,
  has,
  keptWithout,
  optionValue,
  swallowing,
  takeApart,
  takenApart,
  without,
} from '../command/grammar.ts';
import { account } from '../contract/account.ts';
import type { Agent, Environment, SessionRecords, Since, StartPlan } from '../contract/agent.ts';
import { noOwnLog } from '../contract/no-own-log.ts';
import {
  cwdOf,
  directoriesIn,
  isEmptySession,
  lastLinesOf,
  type SessionFile,
  sessionPath,
  sessionWrittenWall,
  wroteSession,
} from './file.ts';
import { taskAndDigest } from './fresh-prompt.ts';
import { knownSession } from './known.ts';
import { uuidFrom } from './uuid-from.ts';
import { whichIsTheTask } from './which-is-the-task.ts';

/**
 * An agent CLI that takes `--session-id UUID` for a new session, `--resume UUID` (or another such
 * option) for an existing one, and prompts on stdin.
 */
export interface ChoosesSession {
  readonly name: Agent['name'];
  readonly grammar: Grammar;
  /** Why this command cannot be kept running, or null if it can. */
  problem(command: CommandLine): string | null;
  /** Options that make it write events as JSON, unless the operator chose another format. */
  format(command: CommandLine): readonly string[];
  /** The option that resumes an existing session, and fails if there is none. Absent: `resume`. */
  readonly resumeOption?: string;
  /** It takes an empty file of a session, as a power cut leaves it, for a session in use. */
  readonly refusesEmpty?: true;
  /** Options that choose the session. */
  readonly sessionOptions: readonly string[];
  /** Options that contain the task. */
  readonly taskOptions: readonly string[];
  /** Options that belong to the first prompt, which a resume leaves out. */
  readonly promptOptions: readonly string[];
  sessionFile(session: string, environment: Environment): SessionFile;
  dataDirectory(environment: Environment): string;
  /**
   * The provider, what identifies the credential in use (nothing if a file holds it), and that
   * file.
   */
  credential(
    environment: Environment,
    command: CommandLine,
  ): {
    readonly provider: string;
    readonly keys: readonly (string | undefined)[];
    readonly file: string;
  };
  /** The variable that names its model if no option does. Absent if there is none. */
  readonly modelVariable?: string;
  readonly interpreter: Agent['interpreter'];
  /** What its records of a session say. Absent if nothing that its output does not say as well. */
  readonly recordInterpreter?: SessionRecords['interpreter'];
  /** The records of its sub-agents beside that of a session. Absent if they are in it. */
  subRecords?(record: string, session: string): readonly string[];
  /** The calls and results in lines of its output and of its record. Absent if unknown. */
  trail?(lines: readonly string[]): Trail;
  readonly cappedExit?: number;
  /** Options that make it ask a person; see `Agent`. Absent if it cannot. */
  asks?(command: CommandLine, server: readonly string[]): readonly string[];
  readonly said: Agent['said'];
}

/** The agent of such a CLI. Its session is known before anything can go wrong. */
export function choosesSession(cli: ChoosesSession): Agent {
  const { name, grammar, sessionOptions, promptOptions, resumeOption = 'resume' } = cli;
  const parsed = (command: readonly string[]) => takenApart(command, grammar, name);
  const trail = (lines: readonly string[]) => cli.trail?.(lines) ?? NO_TRAIL;
  return {
    name,
    keepsSessions: true,
    keepsPath: true,
    prepare(argv, unique, hasPrompt = false) {
      const command = takeApart(argv, grammar);
      if (command === null) return { problem: `expected a command that starts \`${name}\` itself` };
      const problem = cli.problem(command);
      if (problem !== null) return { problem };
      const swallower = hasPrompt || has(command, ...cli.taskOptions) ? null : swallowing(command, grammar);
      if (swallower !== null) return whichIsTheTask(swallower);
      if (has(command, 'worktree') && optionValue(command, 'worktree') === null)
        return { problem: '--worktree without a name makes another worktree in each attempt; give it a name' };
      const session = has(command, ...sessionOptions) ? [] : ['--session-id', uuidFrom(unique)];
      return { command: [...command.head, ...cli.format(command), ...session, ...argv.slice(command.head.length)] };
    },
    lacksTask(argv) {
      const command = parsed(argv);
      return command.positional.length === 0 && !has(command, ...cli.taskOptions, 'file');
    },
    start({ command, prompt }, environment) {
      if (cli.refusesEmpty !== true || environment === undefined) return { argv: command, stdin: prompt };
      const taken = takeApart(command, grammar);
      const session = taken === null ? null : optionValue(taken, 'session-id');
      // Any other id will do: its first event names it.
      const isTaken = session !== null && UUID.test(session) && isEmptySession(cli.sessionFile(session, environment));
      return { argv: taken !== null && isTaken ? without(taken, ['session-id']) : command, stdin: prompt };
    },
    resume({ command }: RunSpec, session: string | null, prompt: string): StartPlan {
      return {
        argv: [...keptWithout(parsed(command), [...sessionOptions, ...promptOptions]), `--${resumeOption}`, knownSession(session)],
        stdin: prompt,
      };
    },
    // The first event of the new session names it.
    fresh: (spec, digest) => ({ argv: without(parsed(spec.command), sessionOptions), stdin: taskAndDigest(spec, digest) }),
    interpreter: cli.interpreter,
    ...(cli.cappedExit !== undefined && { cappedExit: cli.cappedExit }),
    ...(cli.asks && { asks: asksBy(cli.asks, grammar) }),
    account(command, environment) {
      const taken = parsed(command);
      const { provider, keys, file } = cli.credential(environment, taken);
      const inUse = keys.some((key) => key !== undefined && key !== '') ? keys : [file];
      const model = optionValue(taken, 'model') ?? environment[cli.modelVariable ?? ''] ?? '';
      return { account: account(name, provider, ...inUse), model: model === '' ? null : model };
    },
    credentialFiles: (command, environment) => [cli.credential(environment, parsed(command)).file],
    ...noOwnLog,
    ...(cli.recordInterpreter && { records: { of: recordsOf(cli), interpreter: cli.recordInterpreter } }),
    ...(cli.trail && {
      openCalls(session: string | null, environment: Environment, { wall, output, isForgotten = false }: Since) {
        const path = session === null ? null : sessionPath(cli.sessionFile(session, environment));
        const { lines, isWhole } = path === null ? { lines: [], isWhole: true } : lastLinesOf(path, RECORD_BYTES);
        const record = { ...trail(lines), isWhole };
        return isForgotten ? madeIn(record, trail(output), wall) : openIn(record, trail(output), wall);
      },
    }),
    dataDirectory: cli.dataDirectory,
    wroteWall: (session, environment) => sessionWrittenWall(cli.sessionFile(session, environment)),
    workedIn: (session, environment) => directoriesIn(cli.sessionFile(session, environment), cwdOf),
    said: cli.said,
    // The session that the command names, if it exists: the CLI writes it with the first prompt.
    async findSession({ command }, environment, startedAtWall) {
      const taken = parsed(command);
      const named = has(taken, 'fork-session') ? null : (optionValue(taken, 'session-id') ?? optionValue(taken, resumeOption));
      if (named === null || !UUID.test(named)) return null;
      return wroteSession(cli.sessionFile(named, environment), startedAtWall) ? named : null;
    },
  };
}

/** How much of a record's end is read for calls without a result: some have large answers. */
const RECORD_BYTES = 1024 * 1024;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Another command, such as the operator's own for resumes, stays as it is. */
const asksBy =
  (options: NonNullable<ChoosesSession['asks']>, grammar: Grammar): NonNullable<Agent['asks']> =>
  (argv, server) => {
    const command = takeApart(argv, grammar);
    return command === null ? argv : [...command.head, ...options(command, server), ...argv.slice(command.head.length)];
  };

const recordsOf =
  (cli: ChoosesSession): SessionRecords['of'] =>
  (session, environment) => {
    const own = sessionPath(cli.sessionFile(session, environment));
    return own === null ? [] : [own, ...(cli.subRecords?.(own, session) ?? [])];
  };
