import { KNOWN_AGENTS } from './known-agents.ts';

export { KNOWN_AGENTS };

/**
 * Programs of agents that dogwatch has no module for. They end a turn with exit status 0 as the others do. Those whose names are common
 * words or very short stand apart: inside a text they are believed only where a command begins.
 */
export const OTHER_AGENTS = ['copilot', 'cline', 'cursor-agent', 'aider', 'auggie', 'kilocode', 'openhands', 'mini-swe-agent', 'swe-agent']
  .concat(['plandex', 'rovodev', 'gptme', 'codebuff', 'opencode-cli', 'iflow', 'kiro-cli', 'forgecode', 'letta', 'grok', 'qodo'])
  .concat(['trae-cli', 'factory-droid', 'claude-agent-acp', 'codex-acp', 'mistral-vibe', 'kimi-cli', 'continue-cli', 'amazon-q']);
export const SHORT_NAMED_AGENTS = ['pi', 'cn', 'amp', 'droid', 'goose', 'crush', 'kimi', 'kilo', 'q', 'vibe', 'forge', 'junie', 'agy'];

/** What an operator may name as an agent; `generic`: any other command. */
export const AGENT_NAMES = [...KNOWN_AGENTS, 'generic'] as const;

export type AgentName = (typeof AGENT_NAMES)[number];

/** What a pattern of the operator's may stand for, in a log of a command that dogwatch does not know. */
export const PATTERN_SIGNALS = ['limit', 'transient', 'auth', 'context', 'no-space', 'permission', 'session-missing', 'turn'] as const;

export type PatternSignal = (typeof PATTERN_SIGNALS)[number];
