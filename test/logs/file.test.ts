import { execFileSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  lchownSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LogReading, readLog } from '../../src/logs/file.ts';
import { lastLines } from '../../src/logs/last-lines.ts';
import { endOfLog } from '../../src/logs/start.ts';
import { LogStory } from './story.ts';

let story: LogStory;
beforeEach(() => {
  story = new LogStory();
});
afterEach(() => story.remove());

describe('growth', () => {
  test('only what is new is read', () => {
    story.append('app.log', 'a\n');
    expect(story.look()).toEqual({ lines: ['a'], bytes: 2, gaps: [] });
    story.append('app.log', 'b\nc\n');
    expect(story.look()).toEqual({ lines: ['b', 'c'], bytes: 4, gaps: [] });
    expect(story.look()).toEqual({ lines: [], bytes: 0, gaps: [] });
  });

  test('bytes of an incomplete line are growth at once, and once only', () => {
    story.append('app.log', 'a\nhel');
    expect(story.look()).toEqual({ lines: ['a'], bytes: 5, gaps: [] });
    expect(story.look()).toEqual({ lines: [], bytes: 0, gaps: [] });
    story.append('app.log', 'lo');
    expect(story.look()).toEqual({ lines: [], bytes: 2, gaps: [] });
    story.append('app.log', '\n');
    expect(story.look()).toEqual({ lines: ['hello'], bytes: 1, gaps: [] });
  });

  test('an incomplete last line of an ended attempt is a line, once', () => {
    story.append('app.log', 'a\nfatal');
    expect(story.look()).toMatchObject({ lines: ['a'], bytes: 7 });
    expect(story.look(true)).toEqual({ lines: ['fatal'], bytes: 0, gaps: [] });
    expect(story.look(true)).toEqual({ lines: [], bytes: 0, gaps: [] });
  });

  test('a touched file has not grown', () => {
    story.append('app.log', 'a\n');
    story.look();
    utimesSync(story.log, 4_000_000_000, 4_000_000_000);
    expect(story.look()).toEqual({ lines: [], bytes: 0, gaps: [] });
  });

  test('the middle of a cut line is remembered across a restart', () => {
    story.append('app.log', 'x'.repeat(1_500_000));
    expect(story.lines()).toEqual(['x'.repeat(65_536)]);
    story.append('app.log', 'x'.repeat(1_500_000));
    expect(story.lines()).toEqual([]);
    story.append('app.log', 'x\nnext\n');
    expect(story.lines()).toEqual(['next']);
  });
});

describe('other files under the path', () => {
  test('a deleted and recreated file, which may have the inode number of the old one', async () => {
    story.append('app.log', 'half');
    expect(story.look()).toMatchObject({ lines: [], bytes: 4 });
    const { birthtimeMs } = statSync(story.log);
    await vi.waitFor(() => {
      unlinkSync(story.log);
      story.append('app.log', 'a whole line\n');
      expect(statSync(story.log).birthtimeMs).toBeGreaterThan(birthtimeMs);
    });
    expect(story.look()).toEqual({ lines: ['a whole line'], bytes: 13, gaps: [expect.stringContaining('replaced by another file')] });
  });

  test('a symbolic link that is redirected to another file', () => {
    story.append('run-1', 'a\n');
    symlinkSync('run-1', story.log);
    expect(story.lines()).toEqual(['a']);
    story.append('run-1', 'b\n');
    story.append('run-2', 'c\n');
    unlinkSync(story.log);
    symlinkSync('run-2', story.log);
    expect(story.lines()).toEqual(['b', 'c']);
  });

  test('a file replaced by its copy is continued where it was', () => {
    story.append('app.log', 'a\n');
    story.look();
    copyFileSync(story.log, story.file('copy'));
    story.append('copy', 'b\n');
    renameSync(story.file('copy'), story.log);
    expect(story.lines()).toEqual(['b']);
  });

  test('a second name of the same file is not another file', () => {
    story.append('app.log', 'a\n');
    linkSync(story.log, story.file('app.log.1'));
    story.look();
    truncateSync(story.log);
    story.append('app.log', 'b\n');
    expect(story.look().lines).toEqual(['b']);
  });

  test('missing, created, removed with its directory, and back', () => {
    const nested = story.file('logs');
    story.log = join(nested, 'app.log');
    expect(readLog(story.log, null)).toEqual({ kind: 'absent' });
    mkdirSync(nested);
    expect(readLog(story.log, null)).toEqual({ kind: 'absent' });
    story.append('logs/app.log', 'a\n');
    expect(story.lines()).toEqual(['a']);
    rmSync(nested, { recursive: true });
    expect(readLog(story.log, story.cursor)).toEqual({ kind: 'absent' });
    mkdirSync(nested);
    story.append('logs/app.log', 'b\n');
    expect(story.look()).toMatchObject({ lines: ['b'], gaps: [expect.stringContaining('replaced by another file')] });
  });
});

test.each<[string, () => void, LogReading['kind'], string]>([
  ['a directory', () => mkdirSync(story.log), 'unreadable', 'got a directory'],
  ['a link to itself', () => symlinkSync('app.log', story.log), 'unreadable', 'ELOOP'],
  ['a pipe', () => execFileSync('mkfifo', [story.log]), 'unreadable', 'got a device'],
  ['a device', () => symlinkSync('/dev/zero', story.log), 'unreadable', 'got a device'],
  ['a link to nowhere', () => symlinkSync('nowhere', story.log), 'absent', ''],
  ['a file in place of its directory', () => writeFileSync(story.file('plain'), ''), 'absent', ''],
])('%s', (name, prepare, kind, because) => {
  prepare();
  const reading = readLog(name.startsWith('a file') ? story.file('plain/app.log') : story.log, null);
  expect(reading.kind).toBe(kind);
  if (reading.kind === 'unreadable') expect(reading.because).toContain(because);
});

// Only root can create files of another user.
describe.skipIf(process.getuid?.() !== 0)('a link of another user', () => {
  const linkTo = (owner: number) => {
    story.append('target', 'root:$6$secret\n');
    chownSync(story.file('target'), owner, owner);
    symlinkSync('target', story.log);
    lchownSync(story.log, 65_534, 65_534);
  };

  test('to a file that only this user may read is not followed', () => {
    linkTo(0);
    const because = 'expected a log, got a link of user 65534 to a file of user 0';
    expect(readLog(story.log, null)).toEqual({ kind: 'unreadable', because });
    expect(endOfLog(story.log)).toEqual({ kind: 'unreadable', because });
    expect(lastLines(story.log, 1000)).toEqual([]);
  });

  test('to a file of that user is followed', () => {
    linkTo(65_534);
    expect(story.lines()).toEqual(['root:$6$secret']);
  });

  test('that replaces a log while it is read yields nothing', () => {
    story.append('app.log', 'a\n');
    story.look();
    unlinkSync(story.log);
    linkTo(0);
    expect(readLog(story.log, story.cursor)).toMatchObject({ kind: 'unreadable' });
  });
});

test('a log that becomes readable again is continued', () => {
  story.append('app.log', 'a\n');
  story.look();
  renameSync(story.log, story.file('kept'));
  symlinkSync('app.log', story.log);
  expect(readLog(story.log, story.cursor)).toMatchObject({ kind: 'unreadable' });
  unlinkSync(story.log);
  renameSync(story.file('kept'), story.log);
  story.append('app.log', 'b\n');
  expect(story.lines()).toEqual(['b']);
});
