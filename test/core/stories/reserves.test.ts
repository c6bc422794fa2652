import { expect, test } from 'vitest';
import type { Signal } from '../../../src/core/model/facts.ts';
import { Fleet, limit } from '../../kit/core/fleet.ts';
import { HOUR, MINUTE } from '../../kit/core/world.ts';

const RUNS = ['a', 'b', 'c'];
const used = (all: Fleet, usedPercent: number, inHours: number): Signal => ({
  kind: 'window',
  name: 'five_hour',
  ofModel: false,
  usedPercent,
  resetsAtWall: all.now.wall + inHours * HOUR,
  extra: null,
});

/** Three runs of an account that leaves a tenth to people. They have worked for two minutes. */
function fleet(limitReservePercent = 10): Fleet {
  const all = new Fleet(Object.fromEntries(RUNS.map((name) => [name, { policy: { limitReservePercent } }])));
  all.after(2 * MINUTE);
  for (const name of RUNS) all.says(name);
  return all;
}

/** After a limit, the first run has tried it, and the others wait for what it says. */
function probing(): { readonly all: Fleet; readonly probe: string; readonly others: readonly string[] } {
  const all = fleet();
  for (const run of RUNS) all.isRefused(run, limit({ resetsAtWall: all.now.wall + HOUR, provenance: 'structured' }));
  all.after(HOUR + 5 * MINUTE);
  const probe = RUNS.find((run) => all.resumes(run).length > 0) ?? '';
  return { all, probe, others: RUNS.filter((run) => run !== probe) };
}

test('after a limit the others follow while there is room', () => {
  const { all, probe, others } = probing();
  all.says(probe, used(all, 20, 4), { kind: 'tool' });
  all.after(MINUTE);
  expect(others.map((run) => all.resumes(run))).toEqual([[2], [2]]);
});

test('after a limit the others wait on where the first one finds no room', () => {
  const { all, probe, others } = probing();
  all.says(probe, used(all, 92, 4), { kind: 'tool' });
  all.after(MINUTE);
  expect(others.map((run) => [all.resumes(run), all.run(run).holds.map(({ kind }) => kind)])).toEqual([
    [[], ['reserve']],
    [[], ['reserve']],
  ]);
  expect(all.notices).toEqual(['operator: reserve five_hour']);
  all.after(4 * HOUR + 2 * MINUTE);
  expect(others.map((run) => all.resumes(run))).toEqual([[2], [2]]);
});

test('of runs that come back one after the other, the next one is started only while the last one left room', () => {
  const all = fleet();
  for (const run of RUNS) all.exits(run);
  expect(RUNS.map((run) => all.resumes(run))).toEqual([[2], [2], [2]]);
  all.says('a', used(all, 91, 4));
  all.exits('b');
  all.says('a', used(all, 93, 4));
  all.exits('c');
  expect(RUNS.map((run) => all.resumes(run))).toEqual([[2], [2], [2]]);
  expect(all.notices).toEqual(['operator: reserve five_hour']);
});

test('a run that leaves no reserve takes the rest', () => {
  const all = fleet(0);
  all.says('a', used(all, 99, 4));
  all.exits('b');
  expect(all.resumes('b')).toEqual([2]);
});

test('a new report of room lets all of them go on, and the next window is another matter for a notice', () => {
  const all = fleet();
  all.says('a', used(all, 95, 1));
  all.exits('b');
  all.after(HOUR + 5 * MINUTE);
  expect(all.resumes('b')).toEqual([2]);
  all.says('a', used(all, 96, 5));
  all.exits('b');
  expect([all.resumes('b'), all.notices]).toEqual([[2], ['operator: reserve five_hour', 'operator: reserve five_hour']]);
});
