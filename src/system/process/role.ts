import type { AgentName, Survivor } from '../../core/model/facts.ts';
import { KNOWN_AGENTS, OTHER_AGENTS, SHORT_NAMED_AGENTS } from '../../core/values/agent-names.ts';
import type { SeenProcess } from './seen-process.ts';

export interface LaunchedAttempt {
  /** The attempt's own session, led by the shim. */
  readonly sid: number;
  /** The command line that was launched. */
  readonly argv: readonly string[];
  readonly agent: AgentName;
}

const AGENT_PROGRAMS: ReadonlySet<string> = new Set([...KNOWN_AGENTS, ...OTHER_AGENTS]);
const SHORT_NAMED: ReadonlySet<string> = new Set(SHORT_NAMED_AGENTS);
const SHELLS: readonly string[] = ['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh'];

/**
 * The role of a process that outlived its attempt's main process. `agent`: it does the attempt's
 * work, behind a wrapper that died. That is a process in the attempt's own session that runs the
 * launched command (its arguments end in the same words: a wrapper passes its own on, a program
 * that re-executes itself repeats them), or, if a script was launched, a known agent CLI.
 * Everything else is a `tool`: agents run tools in sessions of their own, and their helpers (MCP
 * and language servers) have other arguments. In doubt it is a `tool`: ending and resuming costs
 * the turn in flight, but waiting for a `sleep` that a dead script left behind would cost the run.
 */
export function roleOf(attempt: LaunchedAttempt, survivor: Pick<SeenProcess, 'sid' | 'argv' | 'comm'>): Survivor['role'] {
  if (survivor.sid !== attempt.sid) return 'tool';
  if (attempt.agent === 'generic' && agentProgram(survivor) !== null) return 'agent';
  return runsTheCommand(attempt.argv, survivor.argv) && !isSubshell(attempt.argv, survivor.argv) ? 'agent' : 'tool';
}

function runsTheCommand(launched: readonly string[], argv: readonly string[]): boolean {
  const asked = launched.slice(1);
  const has = argv.slice(1);
  const shared = Math.min(asked.length, has.length);
  // One word alone proves nothing (`sleep 60` behind `job.sh 60`), unless the program is the same
  // as well.
  if (shared < 2 && !launched.some((word) => basename(word) === basename(argv[0] ?? ''))) return false;
  if (shared === 0) return asked.length === has.length;
  return equal(asked.slice(-shared), has.slice(-shared));
}

/**
 * A script's subshell is a fork with exactly the script's command line; the script itself is dead.
 */
function isSubshell(launched: readonly string[], argv: readonly string[]): boolean {
  if (!isShell(argv)) return false;
  return equal(argv, launched) || equal(argv.slice(1), launched) || equal(argv.slice(1), launched.slice(1));
}

export const isShell = (argv: readonly string[]): boolean => SHELLS.includes(basename(argv[0] ?? ''));

/**
 * The agent whose program a process is, even if an interpreter runs it (`node /usr/bin/gemini` is
 * gemini), or null.
 */
export function agentProgram({ argv, comm }: Pick<SeenProcess, 'argv' | 'comm'>): string | null {
  const words = [comm, ...argv.filter((word) => !word.startsWith('-')).slice(0, 2)].map((word) =>
    basename(word).replace(/\.(exe|[cm]?js)$/, ''),
  );
  // A short name is also a common word: it counts only as the program itself.
  return words.find((word, index) => AGENT_PROGRAMS.has(word) || (index < 2 && SHORT_NAMED.has(word))) ?? null;
}

/**
 * A daemon that an agent starts of its own program, in a session of its own, and that lives on
 * (`cline --cline-hub-daemon`, 3.0.65): it shows nothing of what the agent does.
 */
export const isOwnDaemon = (agent: AgentName, one: Pick<SeenProcess, 'argv' | 'comm'>): boolean =>
  agentProgram(one) === agent && one.argv.some((word) => /^--(?:[\w-]*-)?daemon$/.test(word));

const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const equal = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((word, index) => word === b[index]);
