import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError } from '../../../src/store/directory/error.ts';
import { layout } from '../../../src/store/directory/layout.ts';
import { prepareStateDirectory } from '../../../src/store/directory/prepare.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'dogwatch-prepare-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const at = (name = '') => layout(join(place, name));
const modeOf = (path: string) => statSync(path).mode & 0o7777;
const OTHER_UID = 65_534;

describe('the directories of the state', () => {
  test('are created with their parents, for this user only', () => {
    const where = at('a/b');
    prepareStateDirectory(where);
    prepareStateDirectory(where);
    for (const path of [where.stateDir, where.inbox, where.environments, where.runs]) expect(modeOf(path)).toBe(0o700);
  });

  test('are hidden from git, unless the directory was there before', () => {
    const ignore = (where: ReturnType<typeof at>) => join(where.stateDir, '.gitignore');
    prepareStateDirectory(at('a/b'));
    expect(readFileSync(ignore(at('a/b')), 'utf8')).toBe('*\n');
    expect(existsSync(ignore(at('a')))).toBe(false);
    mkdirSync(join(place, 'old'), { mode: 0o700 });
    prepareStateDirectory(at('old'));
    expect(existsSync(ignore(at('old')))).toBe(false);
  });

  test.each(['/proc/x', '/proc/x/y', '/dev/null', '/dev/null/x', '/sys/x/y'])(
    '%s, where nothing can be made, is refused at once',
    (path) => {
      expect(() => prepareStateDirectory(layout(path))).toThrow(StoreError);
    },
  );

  test('a link to itself is refused', () => {
    symlinkSync('loop', join(place, 'loop'));
    expect(() => prepareStateDirectory(at('loop'))).toThrow(StoreError);
  });

  test('a directory that others may read keeps its mode; its contents are closed to others', () => {
    const where = at('shared');
    mkdirSync(where.stateDir);
    chmodSync(where.stateDir, 0o755);
    mkdirSync(where.inbox);
    chmodSync(where.inbox, 0o777);
    prepareStateDirectory(where);
    expect([modeOf(where.stateDir), modeOf(where.inbox)]).toEqual([0o755, 0o700]);
  });

  // The sticky bit protects existing files from being replaced, but lets others plant missing ones:
  // dogwatch.db, bin/dogwatch.
  test.each([0o777, 0o1777])('one that anybody may write to (%i) is refused before anything is put there', (mode) => {
    const where = at('open');
    mkdirSync(where.stateDir);
    chmodSync(where.stateDir, mode);
    expect(() => prepareStateDirectory(where)).toThrow(
      /expected a directory that others can't write to.*Remedy: set DOGWATCH_STATE_DIR to a directory of its own$/,
    );
    expect(statSync(where.environments, { throwIfNoEntry: false })).toBe(undefined);
  });

  test("chmod is suggested only for a directory that holds nothing but dogwatch's own files", () => {
    const where = at('own');
    prepareStateDirectory(where);
    chmodSync(where.stateDir, 0o777);
    const refusal = () => expect(() => prepareStateDirectory(where));
    refusal().toThrow(/Remedy: set DOGWATCH_STATE_DIR/);
    writeFileSync(where.database, '');
    refusal().toThrow(/Remedy: chmod 700/);
    writeFileSync(join(where.stateDir, 'somebody-elses'), '');
    refusal().toThrow(/Remedy: set DOGWATCH_STATE_DIR/);
  });

  test.each([
    ['that anybody may write to', 'open/below/state', 0o777, true],
    ['that anybody may write to, right above it', 'open/state', 0o777, true],
    ['that is sticky', 'open/below/state', 0o1777, false],
    ['that a group may write to', 'open/below/state', 0o775, false],
  ])('a directory above it %s', (_, name, mode, isRefused) => {
    mkdirSync(join(place, 'open'));
    chmodSync(join(place, 'open'), mode);
    const prepare = () => prepareStateDirectory(at(name));
    if (isRefused) expect(prepare).toThrow(/got \S+\/open, in which anybody can put another directory in its place/);
    else prepare();
    expect(statSync(at(name).stateDir, { throwIfNoEntry: false }) === undefined).toBe(isRefused);
  });

  test('a link in a directory that anybody may write to, and one that points below such a directory', () => {
    mkdirSync(join(place, 'open'));
    mkdirSync(join(place, 'closed'));
    chmodSync(join(place, 'open'), 0o777);
    symlinkSync(join(place, 'closed'), join(place, 'open', 'link'));
    expect(() => prepareStateDirectory(at('open/link/state'))).toThrow(/got \S+\/open,/);
    symlinkSync(join(place, 'open'), join(place, 'closed', 'link'));
    expect(() => prepareStateDirectory(at('closed/link/state'))).toThrow(/got \S+\/closed\/link,/);
  });

  test('a path that is not a directory is refused', () => {
    writeFileSync(join(place, 'file'), '');
    expect(() => prepareStateDirectory(at('file'))).toThrow(/expected a directory, got something else/);
  });

  test('a link of ours to a directory of ours is followed', () => {
    const where = at('linked');
    mkdirSync(where.stateDir);
    mkdirSync(join(place, 'elsewhere'));
    symlinkSync(join(place, 'elsewhere'), where.runs);
    prepareStateDirectory(where);
    expect(modeOf(join(place, 'elsewhere'))).toBe(0o700);
  });

  // Only root can create another user's files.
  test.skipIf(process.getuid?.() !== 0)('a directory or link that another user has put there first is refused', () => {
    const where = at('mine');
    mkdirSync(where.stateDir);
    mkdirSync(where.environments);
    chownSync(where.environments, OTHER_UID, OTHER_UID);
    expect(() => prepareStateDirectory(where)).toThrow(`got one owned by user ${OTHER_UID}`);
    rmSync(where.environments, { recursive: true });
    mkdirSync(join(place, 'theirs'));
    chownSync(join(place, 'theirs'), OTHER_UID, OTHER_UID);
    symlinkSync(join(place, 'theirs'), where.environments);
    expect(() => prepareStateDirectory(where)).toThrow(`got one owned by user ${OTHER_UID}`);
  });

  test.skipIf(process.getuid?.() !== 0)("another user's state directory is refused: its owner may replace everything in it", () => {
    const where = at('prepared');
    mkdirSync(where.stateDir);
    chownSync(where.stateDir, OTHER_UID, OTHER_UID);
    expect(() => prepareStateDirectory(where)).toThrow(`got one owned by user ${OTHER_UID}`);
    expect(statSync(where.environments, { throwIfNoEntry: false })).toBe(undefined);
  });
});
