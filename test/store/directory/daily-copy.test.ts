import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { copiesIn, forgetOldCopies, nextCopy } from '../../../src/store/directory/daily-copy.ts';
import { corrupt } from '../../../src/store/directory/error.ts';
import { stateDirectory } from '../../kit/opened-store.ts';

const NOON = Date.parse('2026-03-04T12:00:00Z');
const HOUR = 3_600_000;

test('one copy a day is made, the last two are kept, and the error for a damaged state names the newest', () => {
  const { stateDir, database } = stateDirectory();
  mkdirSync(stateDir, { recursive: true });
  expect(corrupt(database, 'damage').message).toContain('dogwatch restore FILE');
  for (const day of [0, 1, 2]) {
    const path = nextCopy(stateDir, NOON + day * 24 * HOUR)!;
    writeFileSync(path, '');
    expect(nextCopy(stateDir, NOON + day * 24 * HOUR + 23 * HOUR)).toBeNull();
  }
  writeFileSync(join(stateDir, 'copies', 'mine.txt'), '');
  forgetOldCopies(stateDir);
  expect(copiesIn(stateDir).map((path) => basename(path))).toEqual(['2026-03-05T12-00-00.backup', '2026-03-06T12-00-00.backup']);
  expect(corrupt(database, 'damage').message).toContain(`dogwatch restore ${stateDir}/copies/2026-03-06T12-00-00.backup`);
});
