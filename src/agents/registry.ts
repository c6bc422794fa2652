import type { AgentName } from '../core/types.ts';
import type { Agent } from './agent.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { gemini } from './gemini.ts';
import { generic } from './generic.ts';
import { opencode } from './opencode.ts';
import { qwen } from './qwen.ts';

/** The agents that dogwatch knows, besides any other command. */
export const AGENTS: readonly Agent[] = [opencode, claude, codex, gemini, qwen];

export const agentFor = (name: AgentName): Agent => AGENTS.find((agent) => agent.name === name) ?? generic;

/** Which agent a command line is. */
export const recognise = (argv: readonly string[]): AgentName => AGENTS.find((agent) => agent.recognises(argv))?.name ?? generic.name;
