// Made from src/agents/registry.ts by `npm test -- test/agents -u`: don't edit.
/** The agent CLIs that dogwatch knows, by name. */
export const KNOWN_AGENTS = ['opencode', 'claude', 'codex', 'gemini', 'qwen', 'pi', 'copilot', 'cline'] as const;
