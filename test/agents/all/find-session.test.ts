import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName } from '../../../src/core/model/facts.ts';
import { specWith } from '../../kit/core/world.ts';

const S = '3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11';
const STARTED = Date.parse('2026-06-10T12:00:00Z');
const MINUTE = 60_000;
const EMPTY = STARTED + 2 * MINUTE;

function homeWith(file: string | null, writtenAt: number): string {
  const home = mkdtempSync(join(tmpdir(), 'dogwatch-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  if (file !== null) {
    const path = join(home, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, writtenAt === EMPTY ? '' : '{}\n');
    utimesSync(path, writtenAt / 1000, writtenAt / 1000);
  }
  return home;
}

const CLAUDES = `.claude/projects/-srv-project/${S}.jsonl`;

test.each<[AgentName, what: string, command: string, file: string | null, writtenAt: number, session: string | null]>([
  ['claude', 'a session that was chosen', `claude --session-id ${S} -p x`, CLAUDES, STARTED + MINUTE, S],
  ['claude', 'one that it resumed', `claude --resume ${S} -p x`, CLAUDES, STARTED + MINUTE, S],
  ['claude', 'one that it only read', `claude --resume ${S} --fork-session -p x`, CLAUDES, STARTED + MINUTE, null],
  ['claude', 'one that was not begun', `claude --session-id ${S} -p x`, null, 0, null],
  ['claude', 'one of an earlier attempt', `claude --session-id ${S} -p x`, CLAUDES, STARTED - MINUTE, null],
  ['claude', 'one by another name', 'claude --resume mine -p x', CLAUDES, STARTED + MINUTE, null],
  [
    'gemini',
    'a session that was chosen',
    `gemini --session-id ${S} -p x`,
    `.gemini/tmp/project/chats/session-2026-06-10T12-00-3f1c2a1e.jsonl`,
    STARTED,
    S,
  ],
  ['gemini', 'one that was not begun', `gemini --session-id ${S} -p x`, null, 0, null],
  ['qwen', 'a session that was chosen', `qwen --session-id ${S} x`, `.qwen/projects/-srv-project/chats/${S}.jsonl`, STARTED, S],
  ['qwen', 'one whose file is still empty', `qwen --session-id ${S} x`, `.qwen/projects/-srv-project/chats/${S}.jsonl`, EMPTY, null],
  ['qwen', 'one that was not begun', `qwen --session-id ${S} x`, null, 0, null],
  ['codex', 'a thread that it resumed', `codex exec resume ${S} x`, null, 0, S],
  ['codex', 'one that nobody named', 'codex exec x', null, 0, null],
])('%s, %s', async (agent, _what, command, file, writtenAt, session) => {
  const spec = specWith({ agent, command: command.split(' ') });
  expect(await agentFor(agent).findSession(spec, { HOME: homeWith(file, writtenAt) }, STARTED)).toBe(session);
});
