import { expect, test } from 'vitest';
import { type CommandArrived, judged, mayBeFollowed } from '../../../src/core/fleet/command.ts';

const HOUR = 3_600_000;
const STOP: CommandArrived = { fleet: 'build', host: 'h1', request: 'r1', command: 'stop', ageMs: 1000, role: 'operate' };
const here = { fleet: 'build', host: 'h1', hasAnswered: (request: string) => request === 'answered' };

test.each<[string, Partial<CommandArrived>, string]>([
  ['of an operator', {}, 'follow'],
  ['of one who may also start new work', { role: 'dispatch' }, 'follow'],
  ['delivered twice', { request: 'answered' }, 'done'],
  ['signed by an engine whose clock is a little ahead', { ageMs: -120_000 }, 'follow'],
  ['as old as it may be', { ageMs: 7 * 24 * HOUR }, 'follow'],
  ['that starts something, as old as it may be', { command: 'resume', ageMs: HOUR }, 'follow'],
])('a command %s', (_what, patch, kind) => {
  expect(judged({ ...STOP, ...patch }, here)).toEqual({ kind });
});

test.each<[string, Partial<CommandArrived>, RegExp]>([
  ['signed by nobody', { role: null }, /signed by no key/],
  ['signed by nobody, and answered before', { role: null, request: 'answered' }, /signed by no key/],
  ['of a key that may only look', { role: 'view' }, /only look/],
  ['for another host', { host: 'h2' }, /it is for h2 in the fleet build/],
  ['of another fleet', { fleet: 'other' }, /in the fleet other/],
  ['that is too old', { ageMs: 7 * 24 * HOUR + 1 }, /too old: stop is followed for 168 h/],
  ['that starts something and is too old', { command: 'unpause', ageMs: HOUR + 1 }, /too old: unpause is followed for 1 h/],
  ['without a known age', { ageMs: Number.NaN }, /too old/],
  ['that was signed in the future', { ageMs: -120_001 }, /still to come/],
  ['that no fleet knows', { command: 'toString' }, /no command of the fleet is called "toString"/],
])('a command %s is refused', (_what, patch, because) => {
  expect(judged({ ...STOP, ...patch }, here)).toEqual({ kind: 'refuse', because: expect.stringMatching(because) });
});

test('whoever waits for the answer hopes for a little longer than the command is followed', () => {
  const ages = [HOUR, HOUR + 600_000, HOUR + 600_001];
  expect(ages.map((ageMs) => mayBeFollowed('resume', ageMs))).toEqual([true, true, false]);
  expect(mayBeFollowed('toString', 0)).toBe(false);
});
