import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName } from '../../../src/core/model/facts.ts';

const ID = '3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11';

function home(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-home-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

function write(path: string, atSecond: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '{}\n');
  utimesSync(path, atSecond, atSecond);
}

test.each<[AgentName, string]>([
  ['claude', `.claude/projects/-srv-project/${ID}.jsonl`],
  ['codex', `.codex/sessions/2026/11/23/rollout-2026-11-23T03-00-00-${ID}.jsonl`],
  ['gemini', `.gemini/tmp/abc/chats/session-2026-11-23T03-00-${ID.slice(0, 8)}.json`],
  ['qwen', `.qwen/projects/-srv-project/chats/${ID}.jsonl`],
])('when %s last wrote to its record of a session', (agent, file) => {
  const HOME = home();
  const wrote = () => agentFor(agent).wroteWall(ID, { HOME });
  expect(wrote()).toBeNull();
  write(join(HOME, file), 1_000_000);
  expect(wrote()).toBe(1_000_000_000);
  write(join(HOME, file), 2_000_000);
  expect(wrote()).toBe(2_000_000_000);
  rmSync(join(HOME, file));
  expect(wrote()).toBeNull();
  expect(agentFor(agent).wroteWall('another-one-that-nobody-knows', { HOME })).toBeNull();
});

const IN = (cwd: string, more: object = {}) => ({ type: 'user', cwd, ...more });
const OF_CODEX = (type: string, payload: object) => ({ timestamp: '2026-11-23T03:00:00Z', type, payload });

test.each<[AgentName, string, events: readonly object[], expected: readonly string[]]>([
  ['claude', `.claude/projects/-a/${ID}.jsonl`, [IN('/a'), IN('/b'), { type: 'summary' }, IN('/b')], ['/b', '/a']],
  ['claude', `.claude/projects/-a/${ID}.jsonl`, [IN('../a'), { type: 'user', message: { cwd: '/said' } }, { type: 'user', cwd: 7 }], []],
  ['qwen', `.qwen/projects/-a/chats/${ID}.jsonl`, [IN('/a'), IN('/a/worktree')], ['/a/worktree', '/a']],
  [
    'codex',
    `.codex/sessions/2026/11/23/rollout-2026-11-23T03-00-00-${ID}.jsonl`,
    [
      OF_CODEX('session_meta', { id: ID, cwd: '/a' }),
      OF_CODEX('turn_context', { cwd: '/b', model: 'o3' }),
      OF_CODEX('response_item', { cwd: '/said' }),
    ],
    ['/b', '/a'],
  ],
])('where %s worked, as its record %s says', (agent, file, events, expected) => {
  const HOME = home();
  const workedIn = () => agentFor(agent).workedIn?.(ID, { HOME });
  expect(workedIn()).toEqual([]);
  const path = join(HOME, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `torn {"cwd"\n${events.map((event) => JSON.stringify(event)).join('\n')}\n{"type":"user","cwd":"/to`);
  expect(workedIn()).toEqual(expected);
  const many = Array.from({ length: 9 }, (_, n) => JSON.stringify(OF_CODEX('turn_context', { cwd: `/n${n}` }))).concat(
    Array.from({ length: 9 }, (_, n) => JSON.stringify(IN(`/n${n}`))),
  );
  writeFileSync(path, many.join('\n'));
  expect(workedIn()).toEqual(['/n8', '/n7', '/n6', '/n5']);
});

test('where opencode worked', () => {
  const HOME = home();
  const path = join(HOME, '.local/share/opencode/opencode.db');
  expect(agentFor('opencode').workedIn?.('ses_1', { HOME })).toEqual([]);
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  db.exec('CREATE TABLE session (id TEXT PRIMARY KEY, directory TEXT)');
  db.exec("INSERT INTO session VALUES ('ses_1', '/b'), ('ses_2', 'relative')");
  expect(agentFor('opencode').workedIn?.('ses_1', { HOME })).toEqual(['/b']);
  expect(agentFor('opencode').workedIn?.('ses_2', { HOME })).toEqual([]);
});

test('when opencode last wrote a message of a session, or a part of one', () => {
  const HOME = home();
  const path = join(HOME, '.local/share/opencode/opencode.db');
  const wrote = (session = 'ses_1') => agentFor('opencode').wroteWall(session, { HOME });
  expect(wrote()).toBeNull();
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  for (const table of ['message', 'part'])
    db.exec(`CREATE TABLE ${table} (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, time_updated INTEGER NOT NULL)`);
  expect(wrote()).toBeNull();
  db.exec("INSERT INTO message VALUES ('m1', 'ses_1', 50), ('m2', 'ses_2', 900)");
  expect(wrote()).toBe(50);
  db.exec("INSERT INTO part VALUES ('p1', 'ses_1', 70)");
  expect(wrote()).toBe(70);
  expect(wrote("ses_1' OR 1=1 --")).toBeNull();
});

test('another version of the database is no error', () => {
  const HOME = home();
  const path = join(HOME, '.local/share/opencode/opencode.db');
  write(path, 1);
  expect(agentFor('opencode').wroteWall('ses_1', { HOME })).toBeNull();
});

test.each<[AgentName, string, string | null]>([
  ['opencode', '{"type":"text","sessionID":"ses_1","part":{"type":"text","text":"Done."}}', 'Done.'],
  ['opencode', '{"type":"tool_use","sessionID":"ses_1","part":{"text":"Done."}}', null],
  ['claude', '{"type":"assistant","message":{"content":[{"type":"text","text":"Done."},{"type":"tool_use","name":"Bash"}]}}', 'Done.'],
  ['claude', '{"type":"user","message":{"content":[{"type":"text","text":"Do it."}]}}', null],
  ['qwen', '{"type":"assistant","message":{"content":[{"type":"text","text":"Done."}]}}', 'Done.'],
  ['codex', '{"type":"item.completed","item":{"type":"agent_message","text":"Done."}}', 'Done.'],
  ['codex', '{"type":"item.completed","item":{"type":"command_execution","text":"Done."}}', null],
  ['gemini', '{"type":"message","role":"assistant","content":"Do","delta":true}', 'Do'],
  ['gemini', '{"type":"message","role":"user","content":"Do it."}', null],
  ['generic', 'Done.', null],
  ['opencode', 'Error: torn {', null],
])('what the model said, by %s: %s', (agent, line, expected) => {
  expect(agentFor(agent).said(line)).toBe(expected);
});
