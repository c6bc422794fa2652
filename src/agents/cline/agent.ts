import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RunSpec } from '../../core/model/facts.ts';
import { madeIn, NO_TRAIL } from '../calls/open.ts';
import { type CommandLine, type Grammar, has, optionValue, swallowing, takeApart, takenApart } from '../command/grammar.ts';
import { account } from '../contract/account.ts';
import type { Agent, Environment, Prepared, StartPlan } from '../contract/agent.ts';
import { noOwnLog } from '../contract/no-own-log.ts';
import { taskAndDigest } from '../session/fresh-prompt.ts';
import { whichIsTheTask } from '../session/which-is-the-task.ts';
import { clineInterpreter, saidByCline } from './lines.ts';
import { clineTrail } from './trail.ts';

const CLINE: Grammar = {
  agent: 'cline',
  subcommands: [],
  alone: ['acp', 'help', 'json', 'kanban', 'plan', 'tui', 'update', 'verbose', 'version', 'worktree', 'zen'],
  valued: ['auto-approve', 'compaction', 'config', 'cwd', 'data-dir', 'hooks-dir', 'id', 'key', 'model', 'provider', 'retries'].concat([
    'system',
    'thinking',
    'timeout',
  ]),
  greedy: [],
  short: {
    c: 'cwd',
    h: 'help',
    i: 'tui',
    k: 'key',
    m: 'model',
    p: 'plan',
    P: 'provider',
    s: 'system',
    t: 'timeout',
    v: 'verbose',
    V: 'version',
    z: 'zen',
  },
};

/**
 * cline, as seen in version 3.0.65. It resumes a session only on a terminal, so each attempt is a
 * new session with the task and what dogwatch knows of the work so far.
 */
export const cline: Agent = {
  name: 'cline',
  keepsSessions: false,
  forgets: true,
  keepsPath: true,
  prepare,
  lacksTask: (argv) => parsed(argv).positional.length === 0,
  start: ({ command, prompt }) => (prompt === null ? { argv: command, stdin: null } : piped(command, prompt)),
  resume: ({ command, prompt }, _session, resumePrompt) => piped(command, prompt === null ? resumePrompt : `${prompt}\n${resumePrompt}`),
  fresh: (spec: RunSpec, digest: string) => piped(spec.command, taskAndDigest(spec, digest)),
  interpreter: clineInterpreter,
  findSession: async () => null,
  account(command, environment) {
    const taken = parsed(command);
    const key = optionValue(taken, 'key') ?? environment.CLINE_API_KEY;
    const provider = optionValue(taken, 'provider') ?? 'default';
    return { account: account('cline', provider, key || providers(environment)), model: optionValue(taken, 'model') };
  },
  credentialFiles: (_command, environment) => [providers(environment)],
  ...noOwnLog,
  dataDirectory: home,
  wroteWall: () => null,
  openCalls: (_session, _environment, { wall, output }) => madeIn(NO_TRAIL, clineTrail(output), wall),
  said: saidByCline,
};

const parsed = (command: readonly string[]): CommandLine => takenApart(command, CLINE, 'cline');

function home(environment: Environment): string {
  return environment.CLINE_DIR || join(environment.HOME || homedir(), '.cline');
}

const providers = (environment: Environment): string => join(home(environment), 'data', 'settings', 'providers.json');

/**
 * cline appends what it reads to the task of its command, but reads only from a pipe: a file as
 * standard input, it ignores.
 */
const piped = (command: readonly string[], text: string): StartPlan => ({
  argv: ['/bin/sh', '-c', 'cat | exec "$0" "$@"', ...command],
  stdin: text,
});

/** What cline takes for one of its own commands. */
const SUBCOMMANDS = ['auth', 'config', 'connect', 'dashboard', 'doctor', 'h', 'history', 'hook', 'hub', 'mcp', 'plugin', 'schedule'].concat(
  ['skill', 'update', 'version'],
);

function prepare(argv: readonly string[], _unique: string, hasPrompt = false): Prepared {
  const command = takeApart(argv, CLINE);
  if (command === null) return { problem: 'expected a command that starts `cline` itself' };
  const problem = problemOf(command);
  if (problem !== null) return { problem };
  const swallower = swallowing(command, CLINE);
  if (swallower !== null && !hasPrompt) return whichIsTheTask(swallower);
  // Seen in 3.0.65: with --json it reads a pipe only to append it to a task.
  if (command.positional.length === 0 && swallower === null)
    return { problem: 'cline needs the task in its command, even if more of it comes on standard input; expected `cline "TASK"`' };
  const json = has(command, 'json') ? [] : ['--json'];
  return { command: [...command.head, ...json, ...argv.slice(command.head.length)] };
}

function problemOf(command: CommandLine): string | null {
  const [first = ''] = command.words[0]?.words ?? [];
  if (SUBCOMMANDS.includes(first)) return `\`cline ${first}\` is not a task; expected \`cline "TASK"\``;
  if (has(command, 'id')) return '--id resumes a session only on a terminal; leave it out';
  if (has(command, 'tui', 'acp', 'kanban')) return '--tui, --acp and --kanban need someone to talk to; leave them out';
  if (has(command, 'zen')) return '--zen lets a background hub do the work, which continues when this command dies; leave it out';
  if (has(command, 'worktree'))
    return '--worktree makes another worktree in each attempt; make one with `git worktree add DIR`, and give --cwd DIR';
  return null;
}
