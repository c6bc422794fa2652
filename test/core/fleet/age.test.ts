import { expect, test } from 'vitest';
import { type FactsAge, factsAge, type HostSeen, type Silence, silence } from '../../../src/core/fleet/age.ts';

const SEEN: HostSeen = { beatMs: 100_000, factsMs: 100_000, missing: 0 };

test.each<[string, Partial<HostSeen>, number, FactsAge]>([
  ['a beat of this moment', {}, 100_000, { kind: 'now' }],
  ['one of 29 s ago', {}, 129_999, { kind: 'now' }],
  ['one of 30 s ago', {}, 130_000, { kind: 'old', ageMs: 30_000 }],
  ['changes that did not arrive', { missing: 4 }, 101_000, { kind: 'behind', changes: 4 }],
  ['a beat that was older than it seemed when it came', { factsMs: 75_000 }, 105_000, { kind: 'old', ageMs: 30_000 }],
  ['no beat for a minute', {}, 160_000, { kind: 'silent', ageMs: 60_000 }],
  ['no beat for a minute, and changes missing for longer', { missing: 4, factsMs: 40_000 }, 160_000, { kind: 'silent', ageMs: 120_000 }],
])('%s', (_what, patch, nowMs, age) => {
  expect(factsAge({ ...SEEN, ...patch }, nowMs)).toEqual(age);
});

const beats = (ages: Readonly<Record<string, number>>) => new Map(Object.entries(ages).map(([host, age]) => [host, 1_000_000 - age]));
const QUIET = 60_000;

test.each<[string, Readonly<Record<string, number>>, Silence | null]>([
  ['all are heard of', { a: 0, b: 59_999 }, null],
  ['one of many is not', { a: 0, b: QUIET, c: 0, d: 0 }, { kind: 'hosts', hosts: ['b'] }],
  ['one of two is not', { a: 0, b: QUIET }, { kind: 'hosts', hosts: ['b'] }],
  ['two of ten are not', { a: QUIET, b: QUIET, c: 0, d: 0, e: 0, f: 0, g: 0, h: 0, i: 0, j: 0 }, { kind: 'hosts', hosts: ['a', 'b'] }],
  ['half are not', { a: 0, b: QUIET, c: 0, d: QUIET }, { kind: 'common', hosts: ['b', 'd'] }],
])('silence: %s', (_what, ages, expected) => {
  expect(silence(beats(ages), 1_000_000)).toEqual(expected);
});
