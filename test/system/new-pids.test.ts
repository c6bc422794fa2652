import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type PidsGivenOut, pidsBetween, pidsGivenOut } from '../../src/system/new-pids.ts';

const at = (last: number, forks: number, more: Partial<PidsGivenOut> = {}): PidsGivenOut => ({
  last,
  largest: 400,
  alive: 3,
  forks: [forks, forks],
  ...more,
});

test.each([
  ['nothing was started', at(310, 50), at(310, 50), []],
  ['three were', at(310, 50), at(313, 53), [311, 312, 313]],
  ['one that is alive was skipped', at(310, 50), at(314, 53), [311, 312, 313, 314]],
  ['it began again at the bottom', at(397, 50), at(302, 55), [398, 399, 300, 301, 302]],
  ['too many to tell whether a pid was given out twice', at(310, 50), at(313, 200), null],
  ['the way is longer than there were forks', at(310, 50), at(330, 53), null],
  ['the counters went back', at(310, 50), at(313, 40), null],
  ['the limit was changed', at(310, 50), at(313, 53, { largest: 500 }), null],
])('the new pids if %s', (_what, from, to, expected) => {
  expect(pidsBetween(from, to, 100)).toEqual(expected);
});

test('more than wanted are not listed', () => {
  expect(pidsBetween(at(310, 50), at(340, 90), 29)).toBeNull();
  expect(pidsBetween(at(310, 50), at(340, 90), 30)).toHaveLength(30);
});

test('a process that is started here is among them', () => {
  const before = pidsGivenOut();
  const { pid } = spawnSync('true');
  const after = pidsGivenOut();
  // Some sandboxes do not say it.
  if (before === null || after === null) return;
  const between = pidsBetween(before, after, 100_000);
  if (between !== null) expect(between).toContain(pid);
});
