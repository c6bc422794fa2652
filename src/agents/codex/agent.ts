import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunSpec } from '../../core/model/facts.ts';
import { type CommandLine, type Grammar, has, keptWithout, optionValue, swallowing, takeApart, takenApart } from '../command/grammar.ts';
import { account } from '../contract/account.ts';
import type { Agent, Environment, Place, Prepared, StartPlan, ToolsEnvironment } from '../contract/agent.ts';
import { noOwnLog } from '../contract/no-own-log.ts';
import { cwdOf, directoriesIn, type SessionFile, sessionPath, sessionWrittenWall } from '../session/file.ts';
import { taskAndDigest } from '../session/fresh-prompt.ts';
import { knownSession } from '../session/known.ts';
import { whichIsTheTask } from '../session/which-is-the-task.ts';
import { codexInterpreter, saidByCodex } from './lines.ts';
import { rolloutInterpreter, subRollouts } from './rollout.ts';
import { settingForTools, toolsEnvironmentIn } from './tools-environment.ts';
import { openInRollout } from './trail.ts';

/**
 * Codex, as seen in version 0.171.0. It names its thread in its first line, before it asks the
 * model anything.
 */
export const codex: Agent = {
  name: 'codex',
  keepsSessions: true,
  keepsPath: false,
  prepare,
  lacksTask(argv) {
    const command = parsed(argv);
    return command.positional[0] !== REVIEW && taskWords(command).length === 0;
  },
  start: ({ command, prompt }) => ({ argv: command, stdin: prompt }),
  resume,
  fresh(spec, digest) {
    const taken = parsed(spec.command);
    // A review takes no prompt besides its options, so it starts over with the original command.
    if (taken.positional[0] === REVIEW) return { argv: spec.command, stdin: spec.prompt };
    return { argv: afresh(taken), stdin: taskAndDigest(spec, digest) };
  },
  carries: carriesInto,
  toolsEnvironment: (argv, place) => configurations(parsed(argv), place),
  interpreter: codexInterpreter,
  findSession: async ({ command }) => threadOf(parsed(command)),
  account(command, environment) {
    const taken = parsed(command);
    const provider = configured(taken, 'model_provider') ?? (has(taken, 'oss') ? 'oss' : 'openai');
    const model = optionValue(taken, 'model') ?? configured(taken, 'model');
    return { account: account('codex', provider, environment.CODEX_API_KEY || authFile(environment)), model };
  },
  credentialFiles: (_command, environment) => [authFile(environment)],
  ...noOwnLog,
  dataDirectory: (environment) => home(environment),
  records: {
    of(thread, environment) {
      const own = sessionPath(rollout(thread, environment));
      return own === null ? [] : [own, ...subRollouts(own, rollout(thread, environment).directory, thread)];
    },
    interpreter: rolloutInterpreter,
  },
  wroteWall: (thread, environment) => sessionWrittenWall(rollout(thread, environment)),
  workedIn: (thread, environment) => directoriesIn(rollout(thread, environment), inTurn),
  openCalls: (thread, environment, since) => openInRollout(thread === null ? null : rollout(thread, environment), since),
  said: saidByCodex,
};

const home = (environment: Environment): string => environment.CODEX_HOME || join(environment.HOME || homedir(), '.codex');

const rollout = (thread: string, environment: Environment): SessionFile => ({
  directory: join(home(environment), 'sessions'),
  pattern: `*/*/*/rollout-*-${thread}.jsonl`,
});

/** Codex's records say where the thread began and where each turn works. */
function inTurn(event: unknown): unknown {
  const { type, payload } = (event ?? {}) as { type?: unknown; payload?: unknown };
  return type === 'session_meta' || type === 'turn_context' ? cwdOf(payload) : null;
}

const authFile = (environment: Environment): string => join(home(environment), 'auth.json');

/** The value of `-c name=value`, without TOML's quotes. */
const configured = ({ options }: CommandLine, name: string): string | null =>
  options
    .flatMap((option) => (option.name === 'config' && option.value?.startsWith(`${name}=`) ? option.value.slice(name.length + 1) : []))
    .at(-1)
    ?.replace(/^(["'])(.*)\1$/, '$2') ?? null;

const CODEX: Grammar = {
  agent: 'codex',
  subcommands: ['exec', 'e'],
  alone: ['all', 'approve-for-me', 'dangerously-bypass-approvals-and-sandbox', 'dangerously-bypass-hook-trust', 'ephemeral'].concat(
    ['full-auto', 'help', 'ignore-rules', 'ignore-user-config', 'json', 'last', 'no-alt-screen', 'no-daemon', 'oss', 'search'],
    ['skip-git-repo-check', 'strict-config', 'trust', 'uncommitted', 'version', 'worktree', 'yolo'],
  ),
  valued: ['add-dir', 'ask-for-approval', 'base', 'cd', 'color', 'commit', 'config', 'disable', 'enable', 'local-provider', 'model'].concat(
    ['output-last-message', 'output-schema', 'profile', 'remote', 'remote-auth-token-env', 'sandbox', 'title'],
  ),
  greedy: ['image'],
  short: {
    a: 'ask-for-approval',
    c: 'config',
    C: 'cd',
    h: 'help',
    i: 'image',
    m: 'model',
    o: 'output-last-message',
    p: 'profile',
    s: 'sandbox',
  },
};

/** Options that belong to the first prompt or to another session. */
const OF_THE_START = ['all', 'image', 'last'];
/** `codex exec review`: options of its own say what to review, and they exclude a prompt. */
const REVIEW = 'review';
const OF_A_REVIEW = ['base', 'commit', 'title', 'uncommitted'];
const WORKTREE =
  '--worktree cannot be resumed: codex refuses it for an existing thread, and without it works in the directory itself; make the worktree with `git worktree add DIR`, and give -C DIR instead';
/** Subcommands of `codex exec` that continue a thread. */
const CONTINUES = ['fork', 'resume'];

/**
 * The command to start: it writes events as JSON, which name its thread and show where turns end.
 */
function prepare(argv: readonly string[], _unique: string, hasPrompt = false): Prepared {
  const command = takeApart(argv, CODEX);
  if (command === null) return { problem: 'only `codex exec …` works without a terminal' };
  if (has(command, 'ephemeral')) return { problem: '--ephemeral leaves nothing that could be resumed; leave it out' };
  const refused = ['worktree', 'remote', 'remote-auth-token-env'].find((option) => has(command, option));
  if (refused === 'worktree') return { problem: WORKTREE };
  if (refused !== undefined)
    return { problem: `--${refused} lets a server do the work, which continues when this command dies; leave it out` };
  const isReview = command.positional[0] === REVIEW;
  const swallower = hasPrompt || isReview ? null : swallowing({ ...command, positional: taskWords(command) }, CODEX);
  if (swallower !== null) return whichIsTheTask(swallower);
  const json = has(command, 'json') ? [] : ['--json'];
  return { command: [...command.head, ...json, ...argv.slice(command.head.length)] };
}

/**
 * Options go before `resume`, which does not accept all of them itself. With `-`, the prompt comes
 * on stdin.
 */
function resume({ command }: RunSpec, session: string | null, prompt: string): StartPlan {
  const taken = parsed(command);
  const others = taken.positional[0] === REVIEW ? [...OF_THE_START, ...OF_A_REVIEW] : OF_THE_START;
  return { argv: [...keptWithout(taken, others), 'resume', knownSession(session), '-'], stdin: prompt };
}

/** The words of the task, without the thread that the command continues. */
function taskWords(command: CommandLine): readonly string[] {
  const before = !CONTINUES.includes(command.positional[0] ?? '') ? 0 : has(command, 'last') ? 1 : 2;
  return command.positional.slice(before).filter((word) => word !== '-');
}

/** The command without the thread that it continued: only its prompt. */
function afresh(command: CommandLine): readonly string[] {
  const words = taskWords(command);
  return [...keptWithout(command, ['all', 'last']), ...(words.length > 0 ? ['--', ...words] : ['-'])];
}

/** The thread that the command continues, or null if it continues none. */
function threadOf({ positional: [subcommand, thread] }: CommandLine): string | null {
  return subcommand === 'resume' && thread !== undefined && UUID.test(thread) ? thread : null;
}

/**
 * If the command line (`-c shell_environment_policy.inherit=core`) or one of codex's configuration
 * files says which variables its tools get, sets these by name. Without dogwatch's mark a tool
 * cannot run `dogwatch done`, and is not found after its attempt has died.
 */
function carriesInto(argv: readonly string[], variables: Environment, place: Place): readonly string[] {
  const command = takeApart(argv, CODEX);
  if (command === null || !(clearsTools(command) || configurations(command, place).length > 0)) return argv;
  return [...command.head, ...settingForTools(variables), ...argv.slice(command.head.length)];
}

const configurations = (command: CommandLine, { environment, cwd }: Place): readonly ToolsEnvironment[] =>
  toolsEnvironmentIn(home(environment), resolve(cwd, optionValue(command, 'cd') ?? ''));

/** Whether the command's options affect which variables its tools get. */
const clearsTools = ({ options, head }: CommandLine): boolean =>
  [...head, ...options.flatMap(({ name, value }) => (name === 'config' ? (value ?? []) : []))].some((word) =>
    /^(?:--config=)?shell_environment_policy(?:\.(?:inherit|exclude)\b|\s*=)/.test(word),
  );

const UUID = /^[0-9a-f-]{36}$/;

const parsed = (command: readonly string[]): CommandLine => takenApart(command, CODEX, 'codex exec');
