import { KNOWN_AGENTS } from './known-agents.ts';

export { KNOWN_AGENTS };

/**
 * Agent programs without a module in dogwatch. They too end a turn with exit status 0.
 */
export const OTHER_AGENTS = ['cursor-agent', 'aider', 'auggie', 'kilocode', 'openhands', 'mini-swe-agent', 'swe-agent']
  .concat(['plandex', 'rovodev', 'gptme', 'codebuff', 'opencode-cli', 'iflow', 'kiro-cli', 'forgecode', 'letta', 'grok', 'qodo'])
  .concat(['trae-cli', 'factory-droid', 'claude-agent-acp', 'codex-acp', 'mistral-vibe', 'kimi-cli', 'continue-cli', 'amazon-q']);
/**
 * Agents, with a module or without, whose names are common words or very short: in a text they
 * count only where a command begins.
 */
export const SHORT_NAMED_AGENTS = ['pi', 'cn', 'amp', 'droid', 'goose', 'crush', 'kimi', 'kilo', 'q', 'vibe', 'forge', 'junie', 'agy'];

/** What an operator may name as an agent; `generic` is any other command. */
export const AGENT_NAMES = [...KNOWN_AGENTS, 'generic'] as const;

export type AgentName = (typeof AGENT_NAMES)[number];

/**
 * The signals that an operator's pattern may stand for, in the log of a command that dogwatch does
 * not know.
 */
export const PATTERN_SIGNALS = ['limit', 'transient', 'auth', 'context', 'no-space', 'permission', 'session-missing', 'turn'] as const;

export type PatternSignal = (typeof PATTERN_SIGNALS)[number];
