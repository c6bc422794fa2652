import { clearsEnvironment, dropsMark, elsewhere } from '../../agents/command/elsewhere.ts';
import { lookFor } from '../../agents/command/sighting.ts';
import { agentFor, recognise } from '../../agents/registry.ts';
import type { AgentName, RunSpec } from '../../core/model/facts.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import type { RunOptions } from './options.ts';
import { scriptSays } from './script-text.ts';

/** What a command looks like, and what that says of its exit status. */
export interface Seen {
  readonly agent: AgentName;
  /**
   * The agent that seems to be in a command that no module takes hold of, and where it was seen;
   * null: none.
   */
  readonly doubt: { readonly name: string; readonly where: string } | null;
  readonly exit: Pick<RunSpec['done'], 'exit' | 'exitByDefault' | 'doubt'>;
  /** What lets the agent work out of sight, as the operator has accepted; null: nothing does. */
  readonly unseen: string | null;
}

/**
 * Looks at the command of a run as it was asked for. Throws a Problem where its agent could neither
 * be seen nor ended.
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
  // What says itself that it is done, or how it is resumed, has turns.
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
    throw new Problem(EXIT_USAGE, `an agent behind \`${out}\` can be neither seen nor ended from here`, {
      expected: 'an agent that is a process of this machine, started by dogwatch itself',
      got: `\`${out}\`: when it dies the agent may go on, and a second one would be started beside it`,
      hint: 'run dogwatch there, where the agent works; or accept it with --unseen',
    });
  const cleared = clearsEnvironment(argv);
  if (cleared !== null)
    throw new Problem(EXIT_USAGE, `\`${cleared}\` takes away the mark by which dogwatch knows the agent's processes`, {
      expected: 'an agent that keeps DOGWATCH_ATTEMPT in its environment',
      got: 'one that could not say `dogwatch done`, and whose tools could not be found when it has died',
      hint: 'start dogwatch itself with the environment that the agent shall have (`env -i HOME="$HOME" PATH="$PATH" … dogwatch run -- …`), or take away single variables with `env -u NAME`',
    });
}

/** In one line: which agent a run has, how its session is known, and what will count as done. */
export function inOneLine({ doubt, unseen }: Seen, spec: RunSpec): string {
  return [agentWords(doubt, spec), sessionWords(spec), `done when: ${doneWords(spec)}`, ...(unseen === null ? [] : [UNSEEN])].join('; ');
}

const UNSEEN = 'what is started out of sight is neither seen nor ended by dogwatch';

function agentWords(doubt: Seen['doubt'], { agent, command }: RunSpec): string {
  if (agent !== 'generic') {
    const seen = lookFor(command);
    return `agent: ${agent}${seen.kind === 'agent' && !seen.isSure ? ' (behind a wrapper that dogwatch does not know)' : ''}`;
  }
  return doubt === null ? 'agent: none seen' : `agent: ${doubt.name}, ${doubt.where}; it is run as any command`;
}

function sessionWords({ agent, resumeCommand, sessionPattern, sessions }: RunSpec): string {
  if (sessionPattern !== null) return 'session: as --session-pattern finds it';
  if (resumeCommand !== null) return 'session: left to --resume-command';
  return sessions && agent !== 'generic' ? `session: as ${agent} tells it` : 'session: none, each attempt runs the command anew';
}

function doneWords({ agent, adopted, done }: RunSpec): string {
  const { file, logPattern, check, exit, exitByDefault } = done;
  const signs = [
    ...(file === null ? [] : [`${file} appears or changes`]),
    ...(logPattern === null ? [] : ['a line of its output matches --done-log']),
    ...(exit ? [`it exits with status 0${exitByDefault ? ' (--done-exit, the default where no agent is seen)' : ''}`] : []),
  ];
  if (check !== null && signs.length === 0) signs.push('the check passes at the end of an attempt');
  const said = agent !== 'generic' || !exit || adopted ? ['it says `dogwatch done`'] : [];
  const all = [...signs, ...said].join(', or ');
  const checked =
    check !== null && (signs.length > 1 || file !== null || logPattern !== null || exit) ? '; the check has to pass, too' : '';
  return `${all}${checked}${done.doubt == null ? '' : '. Exit status 0 is taken for the end of a turn, and a person is asked; where it is the end of the job, add --done-exit'}`;
}

/** What is worth saying beside it; empty: nothing. */
export function warnings(argv: readonly string[]): readonly string[] {
  const wrapper = dropsMark(argv);
  const lost =
    wrapper === null
      ? []
      : [
          `\`${wrapper}\` starts the agent with an environment of its own: without DOGWATCH_ATTEMPT it can't say \`dogwatch done\`; keep it (sudo --preserve-env=DOGWATCH_ATTEMPT,DOGWATCH_STATE_DIR), or give --done-file or --check`,
        ];
  const filtered = argv.some((word) => /shell_environment_policy.*include_only/.test(word) && !word.includes('DOGWATCH'))
    ? [
        "shell_environment_policy.include_only keeps dogwatch's variables from codex's tools: add \"DOGWATCH_*\" to it, or the agent can't say `dogwatch done`",
      ]
    : [];
  return [...lost, ...filtered];
}
