import { join, resolve } from 'node:path';
import type { RunSpec } from '../../core/model/facts.ts';
import { type CommandLine, has, keptWithout, optionValue, swallowing, takeApart, takenApart } from '../command/grammar.ts';
import type { Agent, Prepared, StartPlan } from '../contract/agent.ts';
import { taskAndDigest } from '../session/fresh-prompt.ts';
import { knownSession } from '../session/known.ts';
import { titleFrom } from '../session/renewed.ts';
import { whichIsTheTask } from '../session/which-is-the-task.ts';
import { accountOf } from './account.ts';
import { OPENCODE } from './command.ts';
import { opencodeInterpreter, textOf } from './lines.ts';
import { opencodeOwnLog } from './own-log.ts';
import { dataDirectory, findSession, openCalls, workedIn, wroteWall } from './sessions.ts';

/** opencode, as seen in version 1.18.33. */
export const opencode: Agent = {
  name: 'opencode',
  keepsSessions: true,
  keepsPath: true,
  prepare,
  lacksTask(argv) {
    const command = parsed(argv);
    return command.positional.length === 0 && !has(command, 'command');
  },
  start: ({ command, prompt }) => ({ argv: command, stdin: prompt }),
  resume,
  fresh,
  interpreter: opencodeInterpreter,
  findSession: findSessionOf,
  account: accountOf,
  credentialFiles: (_command, environment) => [join(dataDirectory(environment), 'auth.json')],
  ...opencodeOwnLog,
  dataDirectory,
  wroteWall,
  workedIn,
  openCalls,
  // It says so of its database (1.18.33), whatever the reason is.
  isUnwritten: (line) => line.startsWith('{"type":"error"') && line.includes('"message":"Failed to execute statement'),
  said: (line) => textOf(line) || null,
};

/**
 * The command to start: it writes events as JSON, and has a title by which its session can be found
 * if it dies before its first output.
 */
function prepare(argv: readonly string[], unique: string, hasPrompt = false): Prepared {
  const parsed = takeApart(argv, OPENCODE);
  if (parsed === null) return { problem: notRun(argv) };
  if (has(parsed, 'attach')) return { problem: '--attach lets a server do the work, which continues when this command dies; leave it out' };
  const swallower = hasPrompt || has(parsed, 'command') ? null : swallowing(parsed, OPENCODE);
  if (swallower !== null) return whichIsTheTask(swallower);
  if (has(parsed, 'interactive')) return { problem: '--interactive needs a terminal; leave it out' };
  const format = has(parsed, 'format') ? [] : ['--format', 'json'];
  const isNew = !has(parsed, 'title', 'session', 'continue');
  const title = isNew ? ['--title', titleFrom(unique)] : [];
  return { command: [...parsed.head, ...format, ...title, ...argv.slice(parsed.head.length)] };
}

/** What works for others, in sessions that they begin (1.18.33). */
const SERVERS = ['acp', 'attach', 'serve', 'web'];

function notRun(argv: readonly string[]): string {
  const server = argv.find((word) => SERVERS.includes(word));
  return server === undefined
    ? 'only `opencode run …` works without a terminal'
    : `\`opencode ${server}\` has no task of its own, and a server's work continues when this command dies; expected \`opencode run "TASK"\``;
}

/** Options that belong to the first prompt or to another session, which a resume leaves out. */
const OF_THE_START = ['command', 'continue', 'file', 'fork', 'session', 'title'];

/**
 * The same session, from its own directory (from another it hangs forever). The prompt goes to
 * stdin because opencode would quote an argument that contains a space.
 */
function resume({ command }: RunSpec, session: string | null, prompt: string): StartPlan {
  return { argv: [...keptWithout(parsed(command), OF_THE_START), '--session', knownSession(session)], stdin: prompt };
}

/** Options that choose the session. */
const OF_A_SESSION = ['continue', 'fork', 'session'];

/**
 * The operator's task without the session that it named, which may be the one that cannot continue.
 * The task may also come on stdin.
 */
function fresh(spec: RunSpec, digest: string): StartPlan {
  const run = parsed(spec.command);
  const task = run.positional.length > 0 ? ['--', ...run.positional] : [];
  return { argv: [...keptWithout(run, OF_A_SESSION), ...task], stdin: taskAndDigest(spec, digest) };
}

/** The session that the command names, else the one that it created. */
async function findSessionOf(
  { command, cwd }: RunSpec,
  environment: Readonly<Record<string, string>>,
  startedAtWall: number,
): Promise<string | null> {
  const run = parsed(command);
  const named = has(run, 'fork') ? null : optionValue(run, 'session');
  const directory = resolve(cwd, optionValue(run, 'dir') ?? '');
  return named ?? findSession({ title: optionValue(run, 'title'), directory, startedAtWall }, environment);
}

const parsed = (command: readonly string[]): CommandLine => takenApart(command, OPENCODE, 'opencode run');
