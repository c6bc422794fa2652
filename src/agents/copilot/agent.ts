import { join } from 'node:path';
import type { RunSpec } from '../../core/model/facts.ts';
import { type CommandLine, has, keptWithout, optionValue, takenApart } from '../command/grammar.ts';
import { providerAt } from '../contract/account.ts';
import type { Agent, Environment, StartPlan } from '../contract/agent.ts';
import { choosesSession } from '../session/chosen.ts';
import { taskAndDigest } from '../session/fresh-prompt.ts';
import { COPILOT } from './command.ts';
import { copilotInterpreter, saidByCopilot } from './lines.ts';
import { eventsInterpreter } from './record.ts';
import { home, newestSession } from './sessions.ts';
import { copilotTrail } from './trail.ts';

const SESSION_OPTIONS = ['continue', 'name', 'resume', 'session-id'];
const PROMPT_OPTIONS = ['attachment', 'prompt'];

const chosen = choosesSession({
  name: 'copilot',
  grammar: COPILOT,
  problem,
  format: (command) => (has(command, 'output-format') ? [] : ['--output-format', 'json']),
  sessionOptions: SESSION_OPTIONS,
  taskOptions: ['prompt'],
  promptOptions: PROMPT_OPTIONS,
  sessionFile: (session, environment) => ({ directory: home(environment), pattern: `session-state/${session}/events.jsonl` }),
  dataDirectory: home,
  credential(environment) {
    const { COPILOT_PROVIDER_BASE_URL: url } = environment;
    const isOwn = url !== undefined && url !== '';
    const own = [environment.COPILOT_PROVIDER_BEARER_TOKEN || environment.COPILOT_PROVIDER_API_KEY];
    const github = [environment.COPILOT_GITHUB_TOKEN || environment.GH_TOKEN || environment.GITHUB_TOKEN];
    return { provider: providerAt(url, 'github'), keys: isOwn ? own : github, file: join(home(environment), 'config.json') };
  },
  modelVariable: 'COPILOT_MODEL',
  interpreter: copilotInterpreter,
  recordInterpreter: eventsInterpreter,
  trail: copilotTrail,
  said: saidByCopilot,
});

/** GitHub Copilot CLI, as seen in version 1.0.102. */
export const copilot: Agent = { ...chosen, fresh, findSession };

/** With `--prompt` it would not read standard input, so the task goes there as well. */
function fresh(spec: RunSpec, digest: string): StartPlan {
  const command = takenApart(spec.command, COPILOT, 'copilot');
  const task = optionValue(command, 'prompt');
  const rest = taskAndDigest(spec, digest);
  return { argv: keptWithout(command, [...SESSION_OPTIONS, 'prompt']), stdin: task === null ? rest : `${task}\n${rest}` };
}

/**
 * The session that the command chose, else the one that was begun where it works: a fresh session
 * has another name, which only its last event says.
 */
async function findSession(spec: RunSpec, environment: Environment, startedAtWall: number): Promise<string | null> {
  return (await chosen.findSession(spec, environment, startedAtWall)) ?? newestSession(spec.cwd, environment, startedAtWall);
}

/** What copilot takes for one of its own commands. */
const SUBCOMMANDS = ['app', 'completion', 'config', 'help', 'init', 'instruction', 'login', 'lsp', 'mcp', 'memories', 'plugin'].concat([
  'sandbox',
  'sessions',
  'skill',
  'update',
  'version',
  'workflow',
]);
const REMOTE = ['connect', 'environment-compute-id', 'environment-host', 'remote'];

function problem(command: CommandLine): string | null {
  const [first = ''] = command.words[0]?.words ?? [];
  if (SUBCOMMANDS.includes(first)) return `\`copilot ${first}\` is not a task; expected \`copilot -p "TASK"\``;
  if (has(command, 'acp', 'interactive')) return '--interactive and --acp need someone to talk to; give the task with -p';
  const remote = REMOTE.find((option) => has(command, option));
  if (remote !== undefined) return `--${remote} lets another machine take part in the session, which dogwatch cannot watch; leave it out`;
  return null;
}
