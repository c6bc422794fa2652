import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { agentFor } from '../../agents/registry.ts';
import { SKILL } from './text.ts';

type Environment = Readonly<Record<string, string>>;

/**
 * Where each agent looks for a user's skills. Seen in Claude Code 2.1.330, opencode 1.18.33, Codex
 * 0.169.0 and gemini-cli 0.61.0.
 */
const DIRECTORIES = {
  claude: inData('claude'),
  codex: inData('codex'),
  gemini: inData('gemini'),
  opencode: (environment: Environment) => join(configOf(environment), 'opencode', 'skills'),
} as const;

export type SkilledAgent = keyof typeof DIRECTORIES;
export const SKILLED_AGENTS = Object.keys(DIRECTORIES) as readonly SkilledAgent[];

export interface Place {
  readonly agent: SkilledAgent;
  readonly path: string;
}

export const placeOf = (agent: SkilledAgent, environment: Environment): Place => ({
  agent,
  path: join(DIRECTORIES[agent](environment), SKILL, 'SKILL.md'),
});

/** The agents that this user has used: the directory above that of their skills exists. */
export const agentsHere = (environment: Environment): readonly SkilledAgent[] =>
  SKILLED_AGENTS.filter((agent) => existsSync(join(DIRECTORIES[agent](environment), '..')));

function inData(agent: 'claude' | 'codex' | 'gemini') {
  return (environment: Environment): string => {
    const directory = agentFor(agent).dataDirectory(environment);
    if (directory === null) throw new Error(`${agent} has no directory`);
    return join(directory, 'skills');
  };
}

function configOf({ XDG_CONFIG_HOME: config = '', HOME: home }: Environment): string {
  return isAbsolute(config) ? config : join(home || homedir(), '.config');
}
