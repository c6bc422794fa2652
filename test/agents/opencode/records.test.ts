import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { opencode } from '../../../src/agents/opencode/agent.ts';

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
