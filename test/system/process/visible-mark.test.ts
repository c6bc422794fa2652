import { expect, test } from 'vitest';
import { isMark, visibleMark } from '../../../src/system/process/visible-mark.ts';

const MARK = 'job.1/2/0123456789abcdef01234567';

test('the visible stand-in names the same attempt, without the token', () => {
  expect(visibleMark(MARK)).toMatch(/^job\.1\/2\/visible-[0-9a-f]{24}$/);
  expect(visibleMark(MARK)).not.toContain('0123456789abcdef');
  expect(visibleMark('job.1/recovery-3/x')).toMatch(/^job\.1\/recovery-3\/visible-/);
});

test.each([
  [MARK, MARK, true],
  [visibleMark(MARK), MARK, true],
  [MARK, visibleMark(MARK), false],
  [visibleMark('job.1/2/another'), MARK, false],
  ['job.1/2/visible-', MARK, false],
  [visibleMark(MARK), visibleMark(MARK), true],
  [null, MARK, false],
  [MARK, null, false],
])('%s stands for %s: %s', (said, mark, is) => {
  expect(isMark(said, mark)).toBe(is);
});
