import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { opencode } from '../../../src/agents/opencode/agent.ts';
import { specWith } from '../../kit/core/world.ts';

function home(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-home-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('where opencode worked', () => {
  const HOME = home();
  const path = join(HOME, '.local/share/opencode/opencode.db');
  expect(opencode.workedIn?.('ses_1', { HOME })).toEqual([]);
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  db.exec('CREATE TABLE session (id TEXT PRIMARY KEY, directory TEXT)');
  db.exec("INSERT INTO session VALUES ('ses_1', '/b'), ('ses_2', 'relative')");
  expect(opencode.workedIn?.('ses_1', { HOME })).toEqual(['/b']);
  expect(opencode.workedIn?.('ses_2', { HOME })).toEqual([]);
});

test('when opencode last wrote a message of a session, or a part of one', () => {
  const HOME = home();
  const path = join(HOME, '.local/share/opencode/opencode.db');
  const wrote = (session = 'ses_1') => opencode.wroteWall(session, { HOME });
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

test('another version of the database causes no error', () => {
  const HOME = home();
  const path = join(HOME, '.local/share/opencode/opencode.db');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '{}\n');
  expect(opencode.wroteWall('ses_1', { HOME })).toBeNull();
});

test('what a sub-agent used, and a sub-agent of that, when its tool is done', () => {
  const HOME = home();
  const path = join(HOME, '.local/share/opencode/opencode.db');
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  onTestFinished(() => db.close());
  db.exec(`CREATE TABLE session (id TEXT PRIMARY KEY, parent_id TEXT, model TEXT, cost REAL, tokens_input INTEGER, tokens_output INTEGER,
    tokens_reasoning INTEGER, tokens_cache_read INTEGER, tokens_cache_write INTEGER)`);
  const session = db.prepare('INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  session.run('ses_main', null, null, 9, 9, 9, 9, 9, 9);
  session.run('ses_sub', 'ses_main', '{"id":"scripted","providerID":"loopback"}', 0.009, 2005, 105, 14, 4050, 1);
  session.run('ses_subsub', 'ses_sub', null, 0, 7, 1, 0, 0, 0);
  const task = {
    type: 'tool_use',
    sessionID: 'ses_main',
    part: { type: 'tool', tool: 'task', state: { status: 'completed', metadata: { sessionId: 'ses_sub' } } },
  };
  const used = (environment?: () => { HOME: string }) =>
    opencode
      .interpreter(specWith(), { atWall: () => 0, zone: 'UTC', session: () => null, ...(environment && { environment }) })
      .read([JSON.stringify(task)])
      .filter(({ kind }) => kind === 'usage');
  expect(used(() => ({ HOME }))).toEqual([
    {
      kind: 'usage',
      of: 'session',
      id: 'ses_sub',
      shares: [
        {
          model: 'loopback/scripted',
          tokens: { input: 2005, output: 119, cacheRead: 4050, cacheWrite: 1, reasoning: 14 },
          money: { usd: 0.009, by: 'stated' },
        },
      ],
    },
    {
      kind: 'usage',
      of: 'session',
      id: 'ses_subsub',
      shares: [{ model: null, tokens: { input: 7, output: 1, cacheRead: 0, cacheWrite: 0, reasoning: 0 }, money: null }],
    },
  ]);
  expect(used()).toEqual([]);
  db.exec('DROP TABLE session');
  expect(used(() => ({ HOME }))).toEqual([]);
});
