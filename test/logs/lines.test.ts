import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { type LinePlace, readLines } from '../../src/logs/lines.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const directory = mkdtempSync(join(tmpdir(), 'dogwatch-lines-'));
afterAll(() => rmSync(directory, { recursive: true }));

const beginning: LinePlace = { offset: 0, countedOffset: 0, midLine: false };

/**
 * Writes the pieces one after another, and reads after each one as a freshly started reader would.
 */
function readInPieces(pieces: readonly Buffer[], { atMostBytes = 4 * MiB, flush = false } = {}) {
  const fd = openSync(join(directory, 'log'), 'w+');
  try {
    const lines: string[] = [];
    let bytes = 0;
    let place = beginning;
    for (const [index, piece] of pieces.entries()) {
      writeSync(fd, piece);
      let more = true;
      while (more) {
        const read = readLines(fd, place, { atMostBytes, flush: flush && index === pieces.length - 1 });
        lines.push(...read.lines);
        bytes += read.bytes;
        more = read.more;
        place = JSON.parse(JSON.stringify(read.place));
      }
    }
    return { lines, bytes, place };
  } finally {
    closeSync(fd);
  }
}

const read = (content: string | Buffer, flush = false) => readInPieces([Buffer.from(content)], { flush }).lines;

test.each<[string, string | Buffer, string[]]>([
  ['nothing', '', []],
  ['lines', 'a\nb\n', ['a', 'b']],
  ['empty lines', '\n\na\n', ['', '', 'a']],
  ['an incomplete last line waits', 'a\nb', ['a']],
  ['CRLF', 'a\r\n\r\nb\r\r\n', ['a', '', 'b\r']],
  ['a carriage return inside is content', '10%\r20%\n', ['10%\r20%']],
  ['UTF-8', 'über → ✓\n', ['über → ✓']],
  ['invalid UTF-8', Buffer.from([0x61, 0xff, 0xc3, 0x0a, 0xe2, 0x86, 0x0a, 0x62, 0x0a]), ['a\ufffd\ufffd', '\ufffd', 'b']],
  ['NULs before a line', '\0\0\0a\n\0b\n', ['a', 'b']],
  ['NULs within a line stay', 'a\0b\n', ['a\0b']],
  ['a line of NULs only', '\0\0\na\n', ['', 'a']],
])('%s', (_, content, lines) => expect(read(content)).toEqual(lines));

test('a line of exactly 1 MiB is complete, a longer one is cut to its head', () => {
  const longest = 'x'.repeat(MiB - 1);
  expect(read(`${longest}\nnext\n`)).toEqual([longest, 'next']);
  expect(read(`${longest}y\nnext\n`)).toEqual(['x'.repeat(64 * KiB), 'next']);
});

test('at the end an incomplete line is returned once, but neither the end of a cut one nor NULs', () => {
  expect(read('a\nb', true)).toEqual(['a', 'b']);
  expect(read('x'.repeat(3 * MiB), true)).toEqual(['x'.repeat(64 * KiB)]);
  expect(read('a\n\0\0', true)).toEqual(['a']);
  const { place, lines } = readInPieces([Buffer.from('a\nb')], { flush: true });
  expect(place).toEqual({ offset: 3, countedOffset: 3, midLine: false });
  expect(lines).toEqual(['a', 'b']);
});

test('a hole of NULs left by a stale writer is not a line, however long', () => {
  const content = Buffer.concat([Buffer.alloc(5 * MiB + 17), Buffer.from('after the hole\n')]);
  expect(read(content)).toEqual(['after the hole']);
});

test('of a flood without a line ending only the head is kept', () => {
  const flood = Array.from({ length: 32 }, () => Buffer.alloc(2 * MiB, 0xee));
  const { lines, bytes, place } = readInPieces([...flood, Buffer.from('\nafter\n')]);
  expect(lines.map((line) => line.length)).toEqual([64 * KiB, 5]);
  expect(bytes).toBe(64 * MiB + 7);
  expect(place).toEqual({ offset: bytes, countedOffset: bytes, midLine: false });
});

test('one call reads little more than its limit, and reports that there is more', () => {
  const fd = openSync(join(directory, 'large'), 'w+');
  writeSync(fd, `${'x'.repeat(99)}\n`.repeat(60_000));
  const first = readLines(fd, beginning, { atMostBytes: 2 * MiB, flush: true });
  closeSync(fd);
  expect(first.more).toBe(true);
  expect(first.place.offset).toBeGreaterThanOrEqual(2 * MiB);
  expect(first.place.offset).toBeLessThan(3 * MiB + 1);
});

/** The same in simple terms: split the whole content at its line endings. */
function oracle(content: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0, end = content.indexOf(10); end !== -1; start = end + 1, end = content.indexOf(10, start)) {
    let line = content.subarray(start, end);
    if (line.length >= MiB) while (line[0] === 0) line = line.subarray(1);
    const kept = line.length >= MiB ? line.subarray(0, 64 * KiB) : line;
    lines.push(kept.toString().replace(/^\0+/, '').replace(/\r$/, ''));
  }
  return lines;
}

const segment = fc.record({
  size: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 300 }) },
    { weight: 1, arbitrary: fc.constantFrom(MiB - 2, MiB - 1, MiB, MiB + 1, 64 * KiB, 700 * KiB, 1500 * KiB) },
  ),
  fill: fc.constantFrom('a', 'é', '\0', '\r', '\xff'),
  end: fc.constantFrom('\n', '\n', '\r\n', ''),
});

/**
 * NULs that fill a whole read within a line that has begun are taken for a hole, in which the end of
 * the line may have been lost: what follows is a line of its own. Where the reads begin depends on
 * the pieces.
 */
const mayBreakALine = (content: Buffer): boolean =>
  content
    .toString('latin1')
    .split('\n')
    .some((line) => line.replace(/^\0+/, '').includes('\0'.repeat(MiB)));

test('a hole within a line ends it: its own end may have been lost in the hole', () => {
  const content = Buffer.concat([Buffer.alloc(1500 * KiB, 'a'), Buffer.alloc(3 * MiB), Buffer.from('\nend\n')]);
  expect(mayBreakALine(content)).toBe(true);
  expect(read(content)).toEqual(['a'.repeat(64 * KiB), '', 'end']);
});

test('whatever is written, in any pieces, the lines are those of the whole, and every byte counts once', () => {
  const pieces = fc.array(segment, { minLength: 1, maxLength: 12 });
  const property = fc.property(pieces, fc.integer({ min: 1, max: 3 * MiB }), (segments, atMostBytes) => {
    const written = segments.map(({ size, fill, end }) => Buffer.concat([Buffer.alloc(size, fill), Buffer.from(end)]));
    const content = Buffer.concat([...written, Buffer.from('end\n')]);
    fc.pre(!mayBreakALine(content));
    const { lines, bytes, place } = readInPieces([...written, Buffer.from('end\n')], { atMostBytes });
    expect(lines).toEqual(oracle(content));
    expect(bytes).toBe(content.length);
    expect(place.offset).toBe(content.length);
  });
  fc.assert(property, { numRuns: 100 });
});
