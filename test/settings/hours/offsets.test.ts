import { expect, test } from 'vitest';
import { offsetsOf } from '../../../src/settings/hours/offsets.ts';

const NOW = Date.UTC(2026, 10, 30);
const said = (zone: string, from: string, to: string) =>
  offsetsOf(zone, NOW)
    .filter(({ fromWall }) => fromWall >= Date.parse(from) && fromWall < Date.parse(to))
    .map(({ fromWall, minutes }) => `${new Date(fromWall).toISOString().slice(0, 16)} ${minutes}`);

test.each([
  ['Europe/Berlin', ['2027-03-28T01:00 120', '2027-10-31T01:00 60']],
  ['America/New_York', ['2027-03-14T07:00 -240', '2027-11-07T06:00 -300']],
  ['Australia/Lord_Howe', ['2027-04-03T15:00 630', '2027-10-02T15:30 660']],
  ['UTC', []],
  ['Asia/Kathmandu', []],
])('clocks in %s are changed at %o', (zone, expected) => {
  expect(said(zone, '2027-01-01', '2028-01-01')).toEqual(expected);
});

test.each([
  ['Asia/Kathmandu', 345],
  ['America/St_Johns', -150],
  ['UTC', 0],
])('%s is %i minutes ahead of UTC in the summer before', (zone, minutes) => {
  expect(offsetsOf(zone, Date.UTC(2026, 5, 1)).findLast(({ fromWall }) => fromWall <= Date.UTC(2026, 5, 1))?.minutes).toBe(minutes);
});
