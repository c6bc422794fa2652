import type { AgentName } from '../core/model/facts.ts';
import { claude } from './claude/agent.ts';
import { cline } from './cline/agent.ts';
import { codex } from './codex/agent.ts';
import { lookFor } from './command/sighting.ts';
import type { Agent } from './contract/agent.ts';
import { copilot } from './copilot/agent.ts';
import { gemini } from './gemini/agent.ts';
import { generic } from './generic/agent.ts';
import { opencode } from './opencode/agent.ts';
import { pi } from './pi/agent.ts';
import { qwen } from './qwen/agent.ts';

/** The agents that dogwatch knows, apart from `generic` for any other command. */
export const AGENTS: readonly Agent[] = [opencode, claude, codex, gemini, qwen, pi, copilot, cline];

export const agentFor = (name: AgentName): Agent => AGENTS.find((agent) => agent.name === name) ?? generic;

/**
 * The agent of a command line. Behind an unknown program, its words must be a command that can be
 * kept running: otherwise they may mean anything.
 */
export function recognise(argv: readonly string[]): AgentName {
  const seen = lookFor(argv);
  if (seen.kind !== 'agent') return generic.name;
  return seen.isSure || !('problem' in agentFor(seen.name).prepare(argv, '', true)) ? seen.name : generic.name;
}
