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

/** Each with how long it is silent; the second number is when it last beat, by its own clock. */
type Silents = Readonly<Record<string, readonly [number, number]>>;

test.each<[string, Silents, Partial<Silence>]>([
  ['all are heard of', { a: [0, 900], b: [59_999, 800] }, {}],
  ['one of many is not', { a: [0, 900], b: [60_000, 0], c: [0, 900], d: [0, 900] }, { hosts: ['b'] }],
  ['one of two is not', { a: [0, 900], b: [60_000, 0] }, { hosts: ['b'] }],
  ['half fell silent together', { a: [0, 900], b: [60_000, 0], c: [0, 900], d: [70_000, 0] }, { common: ['b', 'd'] }],
  ['one of them has not been silent for long', { a: [0, 900], b: [60_000, 0], c: [0, 900], d: [45_000, 15_000] }, { common: ['b'] }],
  ['half fell silent one after another', { a: [0, 900], b: [90_000, 0], c: [0, 900], d: [60_000, 15_001] }, { hosts: ['b', 'd'] }],
  ['the other one is only late', { a: [0, 900], b: [60_000, 0], c: [0, 900], d: [44_999, 15_000] }, { hosts: ['b'] }],
])('silence: %s', (_what, silents, expected) => {
  const hosts = new Map(Object.entries(silents).map(([host, [silentMs, beat]]) => [host, { silentMs, beat }]));
  expect(silence(hosts)).toEqual({ hosts: [], common: [], ...expected });
});
