/**
 * First events of agents that write JSON, and banners of those that do not, with the program behind
 * them, as seen in captures.
 */
const TELLS: readonly (readonly [RegExp, string])[] = [
  [/"type":\s?"system".*"subtype":\s?"init"|"subtype":\s?"init".*"type":\s?"system"/, 'claude'],
  [/"duration_api_ms":\s?\d/, 'claude'],
  [/"type":\s?"thread\.started"/, 'codex'],
  [/"sessionID":\s?"ses_/, 'opencode'],
  [/"type":\s?"init".*"session_id":/, 'gemini'],
  [/"type":\s?"session".*"cwd":/, 'pi'],
  [/"type":\s?"session\.(?:start|error|idle)"/, 'copilot'],
  [/^OpenAI Codex v\d/, 'codex'],
];

/** An event's envelope is at its beginning. */
const MAX_LENGTH = 2048;

/**
 * The agent that wrote a line, if only an agent writes such a line. Null if anything may have
 * written it.
 */
export function agentInLine(line: string): string | null {
  if (!/^\s*\{"|^OpenAI /.test(line)) return null;
  const text = line.slice(0, MAX_LENGTH);
  return TELLS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
