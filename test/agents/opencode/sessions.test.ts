import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { opencode } from '../../../src/agents/opencode/agent.ts';
import { specWith } from '../../kit/core/world.ts';

const STARTED = Date.UTC(2026, 10, 23);
let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'dogwatch-sessions-'));
  mkdirSync(join(data, 'opencode'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

type Session = readonly [id: string, title: string, directory: string, createdAfterMs: number, parent?: string];

const keep = (...sessions: readonly Session[]): void => {
  const db = new DatabaseSync(join(data, 'opencode', 'opencode.db'));
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE session (id TEXT, parent_id TEXT, directory TEXT, title TEXT, time_created INTEGER)');
  for (const [id, title, directory, after, parent] of sessions)
    db.prepare('INSERT INTO session VALUES (?, ?, ?, ?, ?)').run(id, parent ?? null, directory, title, STARTED + after);
  db.close();
};
const find = (...command: string[]) =>
  opencode.findSession(specWith({ command: ['opencode', 'run', ...command], cwd: '/srv/project' }), { XDG_DATA_HOME: data }, STARTED);

test.each<[what: string, sessions: Session[], command: string[], expected: string | null]>([
  [
    'the one with the title',
    [
      ['s1', 'dogwatch-1', '/srv/project', 10],
      ['s2', 'other', '/srv/project', 20],
    ],
    ['--title', 'dogwatch-1', 'x'],
    's1',
  ],
  ['not a sub-agent’s', [['s1', 'dogwatch-1', '/srv/project', 10, 's0']], ['--title', 'dogwatch-1', 'x'], null],
  [
    'not one from before',
    [
      ['s1', 'mine', '/srv/project', -3_600_000],
      ['s2', 'mine', '/srv/project', 10],
    ],
    ['--title', 'mine', 'x'],
    's2',
  ],
  [
    'the only new one of the directory',
    [
      ['s1', 'a', '/srv/project', 10],
      ['s2', 'b', '/srv/other', 20],
    ],
    ['x'],
    's1',
  ],
  [
    'the one of the directory that the command names',
    [
      ['s1', 'a', '/srv/project', 10],
      ['s2', 'b', '/srv/project/sub', 20],
    ],
    ['--dir', 'sub', 'x'],
    's2',
  ],
  [
    'none if two match',
    [
      ['s1', 'a', '/srv/project', 10],
      ['s2', 'b', '/srv/project', 20],
    ],
    ['x'],
    null,
  ],
  ['the one that the command names', [], ['--session', 'ses_9', 'x'], 'ses_9'],
])('%s', async (_what, sessions, command, expected) => {
  keep(...sessions);
  expect(await find(...command)).toBe(expected);
});

test('none if the database is missing, damaged, or of another version', async () => {
  expect(await find('--title', 't', 'x')).toBe(null);
  const db = new DatabaseSync(join(data, 'opencode', 'opencode.db'));
  db.exec('CREATE TABLE session (key TEXT)');
  db.close();
  expect(await find('--title', 't', 'x')).toBe(null);
  writeFileSync(join(data, 'opencode', 'opencode.db'), 'no database at all, but long enough to look like something');
  expect(await find('--title', 't', 'x')).toBe(null);
});

test('the calls without a result, since the attempt began', () => {
  const db = new DatabaseSync(join(data, 'opencode', 'opencode.db'));
  db.exec('CREATE TABLE part (id TEXT, session_id TEXT, time_created INTEGER, data TEXT)');
  const part = (after: number, tool: string, status: string, session = 's1') =>
    db
      .prepare('INSERT INTO part VALUES (?, ?, ?, ?)')
      .run(
        `${after}`,
        session,
        STARTED + after,
        JSON.stringify({ type: 'tool', tool, state: { status, input: { command: `step ${after}` } } }),
      );
  part(-5, 'bash', 'running');
  part(10, 'bash', 'completed');
  part(20, 'bash', 'error');
  part(30, 'read', 'running');
  part(40, 'bash', 'running', 's2');
  part(50, 'bash', 'running');
  part(60, 'task', 'pending');
  db.close();
  const open = (session: string) => opencode.openCalls?.(session, { XDG_DATA_HOME: data }, { wall: STARTED, output: [] });
  expect(open('s1')).toMatchObject([
    { tool: 'bash', input: '{"command":"step 50"}', atWall: STARTED + 50 },
    { tool: 'task', input: '{"command":"step 60"}', atWall: STARTED + 60 },
  ]);
  expect(open('s3')).toEqual([]);
  const all = opencode.openCalls?.('s1', { XDG_DATA_HOME: data }, { wall: STARTED, output: [], isForgotten: true }) ?? [];
  expect(all.length).toBeGreaterThan(2);
  expect(all.map(({ atWall }) => atWall)).toEqual(all.map(({ atWall }) => atWall).toSorted((a, b) => Number(a) - Number(b)));
});

/** What the output has of a call when it is over. */
const printed = (id: string, session = 's1'): string =>
  JSON.stringify({
    type: 'tool_use',
    timestamp: STARTED + 100,
    sessionID: session,
    part: { callID: id, tool: 'bash', state: { status: 'completed', input: { command: `git push ${id}` } } },
  });

test.each<[what: string, recorded: [id: string, status: string][], output: string[], open: string[]]>([
  ['the database has all of them', [['a', 'completed']], [printed('a')], []],
  ['the last one could not be written', [['a', 'completed']], [printed('a'), printed('b')], ['b']],
  [
    'its end could not be written',
    [
      ['a', 'completed'],
      ['b', 'running'],
    ],
    [printed('a'), printed('b')],
    ['b'],
  ],
  ['none could be written', [], [printed('a')], ['a']],
  ['one of a sub-agent’s session', [['a', 'completed']], [printed('a'), printed('c', 's2')], []],
])('calls of the output that the database lost: %s', (_what, recorded, output, open) => {
  keep(['s1', 'dogwatch-1', '/srv/project', 0]);
  const db = new DatabaseSync(join(data, 'opencode', 'opencode.db'));
  db.exec('CREATE TABLE part (id TEXT, session_id TEXT, time_created INTEGER, data TEXT)');
  for (const [index, [id, status]] of recorded.entries())
    db.prepare('INSERT INTO part VALUES (?, ?, ?, ?)').run(
      `prt_${index}`,
      's1',
      STARTED + 10 + index,
      JSON.stringify({ type: 'tool', tool: 'bash', callID: id, state: { status, input: { command: `git push ${id}` } } }),
    );
  db.close();
  const calls = opencode.openCalls?.('s1', { XDG_DATA_HOME: data }, { wall: STARTED, output }) ?? [];
  expect(calls.map(({ input }) => input)).toEqual(open.map((id) => `{"command":"git push ${id}"}`));
});

test('a database that cannot be read says nothing about calls that are over', () => {
  writeFileSync(join(data, 'opencode', 'opencode.db'), 'no database at all, but long enough to look like something');
  expect(opencode.openCalls?.('s1', { XDG_DATA_HOME: data }, { wall: STARTED, output: [printed('a')] })).toEqual([]);
});
