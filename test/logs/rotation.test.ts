import { closeSync, copyFileSync, openSync, renameSync, truncateSync, unlinkSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LogStory } from './story.ts';

let story: LogStory;
beforeEach(() => {
  story = new LogStory();
});
afterEach(() => story.remove());

describe('rotation by rename', () => {
  beforeEach(() => {
    story.append('app.log', 'a\n');
    story.look();
    story.append('app.log', 'b\n');
    renameSync(story.log, story.file('app.log.1'));
  });

  test('the old file is read to its end, then the new one', () => {
    story.append('app.log', 'c\n');
    expect(story.look()).toEqual({ lines: ['b', 'c'], bytes: 4, gaps: [] });
  });

  test('until there is a new file the renamed one is followed', () => {
    expect(story.lines()).toEqual(['b']);
    story.append('app.log.1', 'c\n');
    expect(story.lines()).toEqual(['c']);
    story.append('app.log', 'd\n');
    expect(story.lines()).toEqual(['d']);
  });

  test('while the new file is empty the writer may still hold the old one', () => {
    writeFileSync(story.log, '');
    expect(story.lines()).toEqual(['b']);
    story.append('app.log.1', 'c\n');
    expect(story.lines()).toEqual(['c']);
    story.append('app.log', 'd\n');
    expect(story.lines()).toEqual(['d']);
  });

  test('an incomplete last line of the old file is its last line', () => {
    story.append('app.log.1', 'broken');
    story.append('app.log', 'c\n');
    expect(story.lines()).toEqual(['b', 'broken', 'c']);
  });

  test('several rotations between two reads', () => {
    renameSync(story.file('app.log.1'), story.file('app.log.2'));
    story.append('app.log.1', 'c\n');
    story.append('app.log', 'd\n');
    expect(story.look()).toEqual({ lines: ['b', 'c', 'd'], bytes: 6, gaps: [] });
  });

  test('several rotations, and no more writes', () => {
    renameSync(story.file('app.log.1'), story.file('app.log.2'));
    story.append('app.log.1', 'the last words\n');
    expect(story.look()).toEqual({ lines: ['b', 'the last words'], bytes: 17, gaps: [] });
  });

  test('names with dates', () => {
    renameSync(story.file('app.log.1'), story.file('app-2026-01-01.log'));
    story.append('app-2026-01-02.log', 'c\n');
    story.append('app.log', 'd\n');
    story.append('other-2026-01-03.log', 'not ours\n');
    expect(story.lines()).toEqual(['b', 'c', 'd']);
  });

  test('an older file, or one with another name, is not part of the series', () => {
    writeFileSync(story.file('app.log.2'), 'older\n');
    utimesSync(story.file('app.log.2'), 1, 1);
    story.append('app.log.error', 'not ours\n');
    story.append('app.log', 'c\n');
    expect(story.lines()).toEqual(['b', 'c']);
  });

  test('if the old file is gone, the gap is reported once', () => {
    unlinkSync(story.file('app.log.1'));
    story.append('app.log', 'c\n');
    const seen = story.look();
    expect(seen.lines).toEqual(['c']);
    expect(seen.gaps).toEqual([expect.stringContaining('after byte 2 of the file read before may be lost')]);
    expect(story.look().gaps).toEqual([]);
  });

  test('if the old file was compressed, the gap is reported', () => {
    renameSync(story.file('app.log.1'), story.file('app.log.1.gz'));
    writeFileSync(story.file('app.log.1.gz'), 'not what it was');
    story.append('app.log', 'c\n');
    expect(story.look().gaps).toHaveLength(1);
  });
});

describe('truncation', () => {
  beforeEach(() => {
    story.append('app.log', 'first line\nsecond line\n');
    story.look();
  });

  test('a shorter file is read from its beginning', () => {
    truncateSync(story.log);
    story.append('app.log', 'c\n');
    expect(story.look()).toMatchObject({ lines: ['c'], bytes: 2, gaps: [expect.stringContaining('truncated to 2 bytes')] });
  });

  test('a file refilled beyond what was read is read from its beginning', () => {
    truncateSync(story.log);
    story.append('app.log', 'another first line\nand another second line\n');
    expect(story.look()).toMatchObject({
      lines: ['another first line', 'and another second line'],
      gaps: [expect.stringContaining('rewritten in place')],
    });
  });

  test('a file refilled to the same offset, with similar line ends, is read from its beginning', () => {
    const alike = (number: number) => `${number} ${'retrying in 15s '.repeat(5)}\n`;
    truncateSync(story.log);
    story.append('app.log', alike(1));
    story.look();
    truncateSync(story.log);
    story.append('app.log', alike(2));
    expect(story.look()).toMatchObject({ lines: [alike(2).trimEnd().concat(' ')], gaps: [expect.stringContaining('rewritten in place')] });
  });

  test('a file truncated and then renamed is read again under its new name, then the new file', () => {
    truncateSync(story.log);
    story.append('app.log', 'c\n');
    renameSync(story.log, story.file('app.log.1'));
    expect(story.look()).toMatchObject({ lines: ['c'], gaps: [expect.stringContaining('truncated to 2 bytes')] });
    story.append('app.log', 'd\n');
    expect(story.lines()).toEqual(['d']);
  });

  test('copytruncate loses nothing: the copy is read first', () => {
    story.append('app.log', 'third\n');
    copyFileSync(story.log, story.file('app.log.1'));
    story.changed('app.log.1');
    truncateSync(story.log);
    expect(story.lines()).toEqual(['third']);
    story.append('app.log', 'c\n');
    expect(story.lines()).toEqual(['c']);
  });

  test('copytruncate twice, refilled beyond what was read', () => {
    for (const text of ['third\n', 'fourth, as long as the first two\n']) {
      story.append('app.log', text);
      if (text.startsWith('fourth')) renameSync(story.file('app.log.1'), story.file('app.log.2'));
      copyFileSync(story.log, story.file('app.log.1'));
      story.changed('app.log.1');
      truncateSync(story.log);
    }
    story.append('app.log', 'fifth, which is longer than all that was read\n');
    expect(story.lines()).toEqual(['third', 'fourth, as long as the first two', 'fifth, which is longer than all that was read']);
  });

  test('a writer that continues at its old offset leaves NULs, which are skipped', () => {
    const writer = openSync(story.log, 'r+');
    truncateSync(story.log);
    writeSync(writer, 'after the hole\n', 5000);
    closeSync(writer);
    expect(story.look().lines).toEqual(['after the hole']);
  });

  test('an incomplete line that was removed is not a truncation of what was read', () => {
    story.append('app.log', 'draft');
    expect(story.look()).toEqual({ lines: [], bytes: 5, gaps: [] });
    truncateSync(story.log, 23);
    expect(story.look()).toEqual({ lines: [], bytes: 0, gaps: [] });
    story.append('app.log', 'final\n');
    expect(story.look()).toEqual({ lines: ['final'], bytes: 6, gaps: [] });
  });
});
