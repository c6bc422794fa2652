import { homedir } from 'node:os';
import { join } from 'node:path';
import { type CommandLine, has, optionValue } from '../command/grammar.ts';
import type { Environment } from '../contract/agent.ts';
import { choosesSession } from '../session/chosen.ts';
import { piInterpreter, saidByPi } from './lines.ts';
import { piTrail } from './trail.ts';

/** pi, as seen in version 1.6.0. */
export const pi = choosesSession({
  name: 'pi',
  grammar: {
    agent: 'pi',
    subcommands: [],
    alone: ['approve', 'continue', 'help', 'no-approve', 'offline', 'print', 'resume', 'verbose', 'version'],
    valued: ['api-key', 'append-system-prompt', 'exclude-tools', 'export', 'extension', 'fork', 'list-models', 'mode', 'model'].concat(
      ['models', 'name', 'prompt-template', 'provider', 'session', 'session-dir', 'session-id', 'skill', 'system-prompt', 'theme'],
      ['thinking', 'tools', 'tui-mode', 'use-theme'],
    ),
    greedy: [],
    short: {
      a: 'approve',
      c: 'continue',
      e: 'extension',
      h: 'help',
      n: 'name',
      na: 'no-approve',
      nbt: 'no-builtin-tools',
      nc: 'no-context-files',
      ne: 'no-extensions',
      np: 'no-prompt-templates',
      ns: 'no-skills',
      nt: 'no-tools',
      p: 'print',
      r: 'resume',
      t: 'tools',
      v: 'version',
      xt: 'exclude-tools',
    },
  },
  problem,
  format: (command) => (has(command, 'mode') ? [] : ['--mode', 'json']),
  sessionOptions: ['continue', 'fork', 'session', 'session-id'],
  // `--session-id` would silently begin a new session if there is none.
  resumeOption: 'session',
  taskOptions: [],
  promptOptions: [],
  sessionFile: (session, environment) => ({
    directory: environment.PI_CODING_AGENT_SESSION_DIR || join(home(environment), 'sessions'),
    pattern: `{,*/}*_${session}.jsonl`,
  }),
  dataDirectory: home,
  credential: (environment, command) => {
    const provider = providerOf(command);
    const keys = (provider === null ? USUAL_KEYS : keysOf(provider)).map((name) => environment[name]);
    return {
      provider: provider ?? 'default',
      keys: [optionValue(command, 'api-key') ?? undefined, ...keys],
      file: join(home(environment), 'auth.json'),
    };
  },
  interpreter: piInterpreter,
  trail: piTrail,
  said: saidByPi,
});

function home(environment: Environment): string {
  return environment.PI_CODING_AGENT_DIR || join(environment.HOME || homedir(), '.pi', 'agent');
}

/** What pi takes for one of its own commands if it comes first. */
const SUBCOMMANDS = ['install', 'remove', 'uninstall', 'update', 'list', 'config', 'auth', 'mcp'];

function problem(command: CommandLine): string | null {
  const [first = ''] = command.words[0]?.words ?? [];
  if (SUBCOMMANDS.includes(first)) return `\`pi ${first}\` is not a task; expected \`pi "TASK"\``;
  if (optionValue(command, 'mode') === 'rpc') return '--mode rpc needs a program to talk to; leave it out';
  if (has(command, 'no-session')) return '--no-session leaves nothing that could be resumed; leave it out';
  if (has(command, 'resume')) return '--resume needs a person to choose a session; give `--session ID` instead';
  return null;
}

/** The provider that the command names: by its option, or in front of the model. */
function providerOf(command: CommandLine): string | null {
  const named = optionValue(command, 'provider') ?? /^([\w.-]{1,64})\//.exec(optionValue(command, 'model') ?? '')?.[1];
  return named ?? null;
}

/** Which of several keys pi uses if no provider is named depends on its settings. */
const USUAL_KEYS = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'];
const OTHER_KEYS: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_OAUTH_TOKEN'],
  google: ['GEMINI_API_KEY'],
};

const keysOf = (provider: string): readonly string[] =>
  OTHER_KEYS[provider] ?? [`${provider.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_API_KEY`];
