import { clearsEnvironment, dropsMark, elsewhere } from '../../agents/command/elsewhere.ts';
import { lookFor } from '../../agents/command/sighting.ts';
import { agentFor, recognise } from '../../agents/registry.ts';
import type { AgentName, RunSpec } from '../../core/model/facts.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import type { RunOptions } from './options.ts';
import { scriptSays } from './script-text.ts';

/** What a command looks like, and what that means for its exit status. */
export interface Seen {
  readonly agent: AgentName;
  /**
   * The agent that seems to be in a command that no module handles, and where it was seen, or null
   * if none.
   */
  readonly doubt: { readonly name: string; readonly where: string } | null;
  readonly exit: Pick<RunSpec['done'], 'exit' | 'exitByDefault' | 'doubt'>;
  /**
   * The command that hides the agent from dogwatch, which the operator has accepted, or null if
   * none does.
   */
  readonly unseen: string | null;
}

/**
 * Examines the command of a run. Throws a Problem if dogwatch could neither see nor end its agent.
 */
export function seenIn(argv: readonly string[], options: RunOptions, cwd: string, path: string, adopted: boolean): Seen {
  const agent = options.agent ?? recognise(argv);
  const out = elsewhere(argv);
  if (!adopted) checkSight(argv, out, options.unseen === true);
  const unseen = out;
  const { doneExit } = options;
  const noSign = options.doneFile === undefined && options.doneLog === undefined && options.check === undefined;
  const none = { agent, doubt: null, unseen };
  if (doneExit === true) return { ...none, exit: { exit: true } };
  if (agent !== 'generic') return { ...none, exit: { exit: false } };
  const sighting = lookFor(argv);
  const says = adopted ? { agent: null, saysDone: false } : scriptSays(argv, cwd, path);
  const doubt = inDoubt(sighting, argv, says.agent);
  // A command with its own way to report done, or to be resumed, has turns.
  const hasTurns = options.resumeCommand !== undefined || options.sessionPattern !== undefined || options.pattern.length > 0;
  if (!noSign || hasTurns || says.saysDone) return { agent, doubt, unseen, exit: { exit: false } };
  if (doubt !== null) return { agent, doubt, unseen, exit: { exit: false, doubt: doubt.name } };
  return { agent, doubt, unseen, exit: { exit: true, exitByDefault: true } };
}

function inDoubt(
  sighting: ReturnType<typeof lookFor>,
  argv: readonly string[],
  script: { name: string; script: string } | null,
): Seen['doubt'] {
  switch (sighting.kind) {
    case 'doubt':
      return sighting;
    case 'agent': {
      const prepared = agentFor(sighting.name).prepare(argv, '', true);
      const why = 'problem' in prepared ? ` (${prepared.problem})` : '';
      return { name: sighting.name, where: `among the words of the command${why}` };
    }
    case 'nothing':
      return script && { name: script.name, where: `in the script ${script.script}` };
  }
}

function checkSight(argv: readonly string[], out: string | null, isAccepted: boolean): void {
  if (out !== null && !isAccepted)
    throw new Problem(EXIT_USAGE, `dogwatch can neither see nor end an agent behind \`${out}\``, {
      expected: 'an agent that is a process of this machine, started by dogwatch itself',
      got: `\`${out}\`: when it dies, the agent may keep running, and dogwatch would start a second one beside it`,
      hint: 'run dogwatch where the agent runs, or accept this with --unseen',
    });
  const cleared = clearsEnvironment(argv);
  if (cleared !== null)
    throw new Problem(EXIT_USAGE, `\`${cleared}\` removes the mark by which dogwatch identifies the agent's processes`, {
      expected: 'an agent that keeps DOGWATCH_ATTEMPT in its environment',
      got: 'an agent that could not call `dogwatch done`, and whose tools could not be found after its death',
      hint: 'start dogwatch itself with the environment that the agent should have (`env -i HOME="$HOME" PATH="$PATH" … dogwatch run -- …`), or remove single variables with `env -u NAME`',
    });
}

/**
 * Describes in one line which agent a run has, how its session is known, and what counts as done.
 */
export function inOneLine({ doubt, unseen }: Seen, spec: RunSpec): string {
  return [agentWords(doubt, spec), sessionWords(spec), `done when: ${doneWords(spec)}`, ...(unseen === null ? [] : [UNSEEN])].join('; ');
}

const UNSEEN = 'dogwatch neither sees nor ends what it starts out of sight';

function agentWords(doubt: Seen['doubt'], { agent, command }: RunSpec): string {
  if (agent !== 'generic') {
    const seen = lookFor(command);
    return `agent: ${agent}${seen.kind === 'agent' && !seen.isSure ? ' (behind a wrapper that dogwatch does not know)' : ''}`;
  }
  return doubt === null ? 'agent: none seen' : `agent: ${doubt.name}, ${doubt.where}; run like any command`;
}

function sessionWords({ agent, resumeCommand, sessionPattern, sessions }: RunSpec): string {
  if (sessionPattern !== null) return 'session: found by --session-pattern';
  if (resumeCommand !== null) return 'session: left to --resume-command';
  return sessions && agent !== 'generic' ? `session: reported by ${agent}` : 'session: none, each attempt runs the command again';
}

function doneWords({ agent, adopted, done }: RunSpec): string {
  const { file, logPattern, check, exit, exitByDefault } = done;
  const signs = [
    ...(file === null ? [] : [`${file} appears or changes`]),
    ...(logPattern === null ? [] : ['a line of its output matches --done-log']),
    ...(exit ? [`it exits with status 0${exitByDefault ? ' (--done-exit, the default if no agent is seen)' : ''}`] : []),
  ];
  if (check !== null && signs.length === 0) signs.push('the check passes at the end of an attempt');
  const said = agent !== 'generic' || !exit || adopted ? ['it calls `dogwatch done`'] : [];
  const all = [...signs, ...said].join(', or ');
  const checked =
    check !== null && (signs.length > 1 || file !== null || logPattern !== null || exit) ? '; the check must pass as well' : '';
  return `${all}${checked}${done.doubt == null ? '' : '. Exit status 0 is taken as the end of a turn, and a person is asked; if it is the end of the job, add --done-exit'}`;
}

/** Returns warnings about the command, if any. */
export function warnings(argv: readonly string[]): readonly string[] {
  const wrapper = dropsMark(argv);
  const lost =
    wrapper === null
      ? []
      : [
          `\`${wrapper}\` gives the agent its own environment: without DOGWATCH_ATTEMPT it cannot call \`dogwatch done\`; keep the variable (sudo --preserve-env=DOGWATCH_ATTEMPT,DOGWATCH_STATE_DIR), or use --done-file or --check`,
        ];
  const filtered = argv.some((word) => /shell_environment_policy.*include_only/.test(word) && !word.includes('DOGWATCH'))
    ? [
        'shell_environment_policy.include_only hides dogwatch\'s variables from codex\'s tools: add "DOGWATCH_*" to it, or the agent cannot call `dogwatch done`',
      ]
    : [];
  return [...lost, ...filtered];
}
