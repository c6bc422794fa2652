import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ALONE, TOGETHER } from '../real/drills/all.ts';
import { begin } from '../real/drills/table.ts';

const DRILLS = [...ALONE, ...TOGETHER];

test('the table has all drills, each of which held, or says why it could not be played', () => {
  const lines = readFileSync('test/real/drills/results.md', 'utf8').split('\n');
  const rows = lines.filter((line) => line.startsWith('| ')).slice(1);
  expect(rows).toHaveLength(DRILLS.length);
  DRILLS.forEach((drill, index) => {
    const expected = `${begin(drill)} `;
    expect(rows[index]?.slice(0, expected.length)).toBe(expected);
    expect(rows[index]?.slice(expected.length)).toMatch(/^(held|skipped: .+) \|/);
  });
});
