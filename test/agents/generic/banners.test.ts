import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agentInLine } from '../../../src/agents/generic/banners.ts';

test.each([
  ['{"type":"system","subtype":"init","session_id":"x"}', 'claude'],
  ['{"type":"thread.started","thread_id":"x"}', 'codex'],
  ['{"type":"init","timestamp":"x","session_id":"x"}', 'gemini'],
  ['{"type":"step_start","timestamp":1,"sessionID":"ses_1"}', 'opencode'],
  ['{"type":"session","version":3,"id":"x","cwd":"/"}', 'pi'],
  ['OpenAI Codex v0.171.0', 'codex'],
  ['{"type":"system"}', null],
  ['the line {"type":"thread.started"} was printed', null],
  ['', null],
])('%s: %s', (line, agent) => expect(agentInLine(line)).toBe(agent));

test('recognizes captures of the agents that write JSON', () => {
  const captures = globSync('test/agents/claude/captures/*basic*.stdout');
  for (const path of captures) expect(readFileSync(path, 'utf8').split('\n').map(agentInLine).find(Boolean), path).toBe('claude');
});
