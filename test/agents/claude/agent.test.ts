import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { claude } from '../../../src/agents/claude/agent.ts';
import { qwen } from '../../../src/agents/qwen/agent.ts';
import { specWith } from '../../kit/core/world.ts';

const SESSION = '3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11';
const COMMAND = ['claude', '-p', '--session-id', SESSION, 'x'];

/** A configuration of Claude Code, with a file of the session if it has a text. */
function at(text: string | null) {
  const home = mkdtempSync(join(tmpdir(), 'dogwatch-claude-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'projects', 'p'), { recursive: true });
  if (text !== null) writeFileSync(join(home, 'projects', 'p', `${SESSION}.jsonl`), text);
  return { CLAUDE_CONFIG_DIR: home };
}

test.each<[what: string, record: string | null, started: string[]]>([
  ['no record', null, COMMAND],
  ['an empty record, whose id it refuses as in use', '', ['claude', '-p', 'x']],
  ['a record', '{"type":"user"}\n', COMMAND],
])('started again with %s', (_what, record, started) => {
  const spec = specWith({ agent: 'claude', command: COMMAND });
  expect(claude.start(spec, at(record)).argv).toEqual(started);
  expect(claude.start(spec).argv).toEqual(COMMAND);
});

test.each([
  ['without a session', ['claude', '-p', 'x']],
  ['that starts nothing of it', ['make', 'all']],
])('a command %s is started as it is', (_what, command) => {
  expect(claude.start(specWith({ agent: 'claude', command }), at('')).argv).toEqual(command);
});

test('an agent that accepts an empty record keeps its session', () => {
  const command = ['qwen', '--session-id', SESSION, '-p', 'x'];
  expect(qwen.start(specWith({ agent: 'qwen', command }), at('')).argv).toEqual(command);
});
