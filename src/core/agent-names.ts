/** The agent CLIs that dogwatch knows, by name. */
export const KNOWN_AGENTS = ['opencode', 'claude', 'codex', 'gemini', 'qwen'] as const;

/** What an operator may name as an agent; `generic`: any other command. */
export const AGENT_NAMES = [...KNOWN_AGENTS, 'generic'] as const;

export type AgentName = (typeof AGENT_NAMES)[number];
