import type { AgentName } from '../core/types.ts';
import type { Agent } from './agent.ts';
import { generic } from './generic.ts';

export const agentFor = (_name: AgentName): Agent => generic;

export const recognise = (_argv: readonly string[]): AgentName => 'generic';
