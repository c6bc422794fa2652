/** The agent CLIs that dogwatch knows, by name. */
export const KNOWN_AGENTS = ['opencode', 'claude', 'codex', 'gemini', 'qwen'] as const;

/** What an operator may name as an agent; `generic`: any other command. */
export const AGENT_NAMES = [...KNOWN_AGENTS, 'generic'] as const;

export type AgentName = (typeof AGENT_NAMES)[number];

/** What a pattern of the operator's may stand for, in a log of a command that dogwatch does not know. */
export const PATTERN_SIGNALS = ['limit', 'transient', 'auth', 'context', 'no-space', 'permission', 'session-missing', 'turn'] as const;

export type PatternSignal = (typeof PATTERN_SIGNALS)[number];
