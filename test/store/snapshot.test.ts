import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepareStateDirectory } from '../../src/store/directory/prepare.ts';
import { readSnapshot, SNAPSHOT_FILE_BYTES, SNAPSHOT_TEXT_BYTES, writeSnapshot } from '../../src/store/snapshot.ts';
import { stateDirectory } from '../kit/opened-store.ts';

function snapshot(): string {
  const where = stateDirectory();
  prepareStateDirectory(where);
  return where.snapshot;
}

test('the last text is read back, whatever its length', () => {
  const path = snapshot();
  expect(readSnapshot(path)).toBeNull();
  for (const text of ['first', '', 'ä'.repeat(SNAPSHOT_TEXT_BYTES / 2), 'short again', 'x'.repeat(SNAPSHOT_TEXT_BYTES)]) {
    expect(writeSnapshot(path, text)).toBeNull();
    expect(readSnapshot(path)).toBe(text);
    expect(statSync(path).size).toBe(SNAPSHOT_FILE_BYTES);
  }
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(() => writeSnapshot(path, 'x'.repeat(SNAPSHOT_TEXT_BYTES + 1))).toThrow(/at most/);
});

test('a write torn anywhere leaves the previous text', () => {
  const path = snapshot();
  const text = 'the text that is written last, and torn';
  const last = SNAPSHOT_FILE_BYTES / 2;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length + 15 }), fc.constantFrom('zeros', 'what was there'), (kept, rest) => {
      writeFileSync(path, '');
      for (const whole of ['the oldest', 'the older', 'the text before']) writeSnapshot(path, whole);
      const second = readFileSync(path).subarray(last);
      writeSnapshot(path, text);
      const written = readFileSync(path);
      // The fourth write went to the same slot as the second.
      const torn = rest === 'zeros' ? Buffer.alloc(last) : Buffer.from(second);
      written.copy(torn, 0, last, last + kept);
      const fd = openSync(path, 'r+');
      writeSync(fd, torn, 0, torn.length, last);
      closeSync(fd);
      expect(readSnapshot(path)).toBe('the text before');
      writeSnapshot(path, 'and on it goes');
      expect(readSnapshot(path)).toBe('and on it goes');
    }),
  );
});

test('a file of the wrong size is created anew; an unreadable one has no text', () => {
  const path = snapshot();
  writeSnapshot(path, 'one');
  truncateSync(path, 10);
  expect(readSnapshot(path)).toBeNull();
  expect(writeSnapshot(path, 'two')).toBeNull();
  expect(readSnapshot(path)).toBe('two');
  expect(readSnapshot(join(tmpdir(), 'no', 'such', 'file'))).toBeNull();
  expect(writeSnapshot(join(tmpdir(), 'no', 'such', 'file'), 'x')).toMatch(/ENOENT/);
});
