import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeAtomically } from '../../../src/system/file/write-atomically.ts';

function tempDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-file-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('a file that is replaced in one step', () => {
  test('has the new text, is for this user only, and nothing else is left', () => {
    const path = join(tempDir(), 'state');
    writeAtomically(path, 'one');
    writeAtomically(path, 'two 🚀');
    expect([readFileSync(path, 'utf8'), modeOf(path), readdirSync(join(path, '..'))]).toEqual(['two 🚀', 0o600, ['state']]);
  });

  test('has the mode that is asked for', () => {
    const path = join(tempDir(), 'program');
    writeAtomically(path, '', { mode: 0o700 });
    expect(modeOf(path)).toBe(0o700);
  });

  test('takes the place of a link, and leaves alone what it led to', () => {
    const directory = tempDir();
    writeFileSync(join(directory, 'other'), 'untouched');
    symlinkSync('other', join(directory, 'state'));
    writeAtomically(join(directory, 'state'), 'new');
    expect([readFileSync(join(directory, 'other'), 'utf8'), readFileSync(join(directory, 'state'), 'utf8')]).toEqual(['untouched', 'new']);
  });

  test.each<[string, (path: string) => void]>([
    ['its directory is missing', () => {}],
    ['its name is that of a directory', (path) => mkdirSync(join(path, 'inside'), { recursive: true })],
  ])('that cannot be written because %s: it throws, and leaves nothing behind', (_, prepare) => {
    const parent = tempDir();
    const path = join(parent, 'a', 'state');
    prepare(path);
    const before = readdirSync(parent, { recursive: true });
    expect(() => writeAtomically(path, 'new')).toThrow();
    expect(readdirSync(parent, { recursive: true })).toEqual(before);
  });
});

describe('what a writer that was killed has left', () => {
  const GONE = 2 ** 22 + 1;
  const LONG_AGO = new Date(Date.now() - 3_600_000);
  const leftover = (directory: string, name: string, at: Date) => {
    writeFileSync(join(directory, name), 'half');
    utimesSync(join(directory, name), at, at);
    return name;
  };

  test('goes with the next write into the directory, whichever file that is of', () => {
    const directory = tempDir();
    leftover(directory, `.state.${GONE}.0123456789ab.new`, LONG_AGO);
    leftover(directory, `.1-request.json.${GONE}.0123456789ab.new`, LONG_AGO);
    writeAtomically(join(directory, 'other'), 'new');
    expect(readdirSync(directory)).toEqual(['other']);
  });

  test.each([
    ['is young: a writer in another container may be at it', `.state.${GONE}.0123456789ab.new`, new Date()],
    ['belongs to a process that lives', `.state.${process.pid}.0123456789ab.new`, LONG_AGO],
    ["is somebody else's", '.state.new', LONG_AGO],
    ["is somebody else's, however alike", `state.${GONE}.0123456789ab.new`, LONG_AGO],
  ])('stays if it %s', (_, name, at) => {
    const directory = tempDir();
    leftover(directory, name, at);
    writeAtomically(join(directory, 'other'), 'new');
    expect(readdirSync(directory).toSorted()).toEqual([name, 'other'].toSorted());
  });

  test('hinders nothing where it cannot be removed', () => {
    const directory = tempDir();
    mkdirSync(join(directory, `.state.${GONE}.0123456789ab.new`));
    utimesSync(join(directory, `.state.${GONE}.0123456789ab.new`), LONG_AGO, LONG_AGO);
    writeAtomically(join(directory, 'state'), 'new');
    expect(readFileSync(join(directory, 'state'), 'utf8')).toBe('new');
  });
});
