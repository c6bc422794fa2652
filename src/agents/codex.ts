import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RunSpec } from '../core/types.ts';
import { account } from './account.ts';
import type { Agent, Environment, StartPlan } from './agent.ts';
import { codexInterpreter, saidByCodex } from './codex-lines.ts';
import { type CommandLine, executableIndex, type Grammar, has, keptWithout, optionValue, takeApart, takenApart } from './command-line.ts';
import { knownSession } from './known-session.ts';
import { noOwnLog } from './no-own-log.ts';
import { sessionWrittenWall } from './session-file.ts';
import { taskAndDigest } from './task-and-digest.ts';

/** Codex, as seen in version 0.169.0. Its thread is learned from its first line, which comes before anything is asked of the model. */
export const codex: Agent = {
  name: 'codex',
  keepsSessions: true,
  keepsPath: false,
  recognises: (argv) => executableIndex(argv, CODEX) >= 0,
  prepare,
  start: ({ command, prompt }) => ({ argv: command, stdin: prompt }),
  resume,
  fresh: (spec, digest) => ({ argv: afresh(parsed(spec.command)), stdin: taskAndDigest(spec, digest) }),
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
  wroteWall: (thread, environment) =>
    sessionWrittenWall({ directory: join(home(environment), 'sessions'), pattern: `*/*/*/rollout-*-${thread}.jsonl` }),
  said: saidByCodex,
};

const home = (environment: Environment): string => environment.CODEX_HOME || join(environment.HOME || homedir(), '.codex');

const authFile = (environment: Environment): string => join(home(environment), 'auth.json');

/** What `-c name=value` says, as TOML writes a text. */
const configured = ({ options }: CommandLine, name: string): string | null =>
  options
    .flatMap((option) => (option.name === 'config' && option.value?.startsWith(`${name}=`) ? option.value.slice(name.length + 1) : []))
    .at(-1)
    ?.replace(/^(["'])(.*)\1$/, '$2') ?? null;

const CODEX: Grammar = {
  executable: /^codex(\.js)?(@\S+)?$/,
  subcommands: ['exec', 'e'],
  alone: ['all', 'approve-for-me', 'dangerously-bypass-approvals-and-sandbox', 'dangerously-bypass-hook-trust', 'ephemeral'].concat(
    ['full-auto', 'help', 'ignore-rules', 'ignore-user-config', 'json', 'last', 'no-alt-screen', 'no-daemon', 'oss', 'search'],
    ['skip-git-repo-check', 'strict-config', 'trust', 'version', 'worktree', 'yolo'],
  ),
  greedy: ['image'],
  short: { a: 'ask-for-approval', c: 'config', C: 'cd', h: 'help', i: 'image', m: 'model', o: 'output-last-message' },
};

/** What belongs to the first prompt or to another session. */
const OF_THE_START = ['all', 'image', 'last'];
/** Subcommands of `codex exec` that go on with a thread. */
const CONTINUES = ['fork', 'resume'];

/** The command as it is started: events as JSON, so that its thread and the ends of its turns are known. */
function prepare(argv: readonly string[]): { command: readonly string[] } | { problem: string } {
  const command = takeApart(argv, CODEX);
  if (command === null) return { problem: 'only `codex exec …` works without a terminal' };
  if (has(command, 'ephemeral')) return { problem: '--ephemeral leaves nothing that could be resumed; leave it out' };
  const json = has(command, 'json') ? [] : ['--json'];
  return { command: [...command.head, ...json, ...argv.slice(command.head.length)] };
}

/** Options stand before `resume`, which does not know all of them itself; `-`: the prompt comes on stdin. */
function resume({ command }: RunSpec, session: string | null, prompt: string): StartPlan {
  return { argv: [...keptWithout(parsed(command), OF_THE_START), 'resume', knownSession(session), '-'], stdin: prompt };
}

/** The command without the thread that it went on with: only its prompt. */
function afresh(command: CommandLine): readonly string[] {
  const before = !CONTINUES.includes(command.positional[0] ?? '') ? 0 : has(command, 'last') ? 1 : 2;
  const words = command.positional.slice(before).filter((word) => word !== '-');
  return [...keptWithout(command, ['all', 'last']), ...(words.length > 0 ? ['--', ...words] : ['-'])];
}

/** The thread that a command goes on with. */
function threadOf({ positional: [subcommand, thread] }: CommandLine): string | null {
  return subcommand === 'resume' && thread !== undefined && UUID.test(thread) ? thread : null;
}

const UUID = /^[0-9a-f-]{36}$/;

const parsed = (command: readonly string[]): CommandLine => takenApart(command, CODEX, 'codex exec');
