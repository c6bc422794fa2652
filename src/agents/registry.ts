import type { AgentName } from '../core/types.ts';
import type { Agent } from './agent.ts';
import { generic } from './generic.ts';
import { opencode } from './opencode.ts';

/** The agents that dogwatch knows, besides any other command. */
export const AGENTS: readonly Agent[] = [opencode];

export const agentFor = (name: AgentName): Agent => AGENTS.find((agent) => agent.name === name) ?? generic;

/** Which agent a command line is. */
export const recognise = (argv: readonly string[]): AgentName => AGENTS.find((agent) => agent.recognises(argv))?.name ?? generic.name;
