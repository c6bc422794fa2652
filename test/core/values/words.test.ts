import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunState } from '../../../src/core/model/facts.ts';
import { mayGo, STATES } from '../../../src/core/model/states.ts';
import { MAX_SEEN, novelty } from '../../../src/core/run/milestones.ts';
import { inWords } from '../../../src/core/values/duration.ts';
import { fingerprint } from '../../../src/core/values/fingerprint.ts';
import { DAY, evidence, HOUR, MINUTE, SECOND } from '../../kit/core/world.ts';

test.each([
  [0, '0ms'],
  [250, '250ms'],
  [SECOND, '1s'],
  [59.6 * SECOND, '1m'],
  [HOUR + 5 * MINUTE + 3 * SECOND, '1h 5m'],
  [DAY + 2 * SECOND, '1d 2s'],
])('%d ms are %s', (ms, words) => {
  expect(inWords(ms)).toBe(words);
});

test('different texts have different fingerprints', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.string(), { maxLength: 200 }), (texts) => new Set(texts.map(fingerprint)).size === texts.length));
});

test.each<[string, string | null, string]>([
  ['1', 'progress is at 1', 'the first number exceeds nothing'],
  ['12.5 %', 'progress says "12.5 %"', 'a text, as it stands'],
  ['12.5%', 'progress is at 12.5', 'a percentage'],
  ['9'.repeat(400), `progress says "${'9'.repeat(79)}…"`, 'a number beyond all numbers is a text'],
  ['', 'progress says ""', 'nothing is a text, too'],
])('progress %j is news: %s (%s)', (progress, what) => {
  const { marks } = novelty({ baseline: false, todos: 0, progress: null, seen: [] }, evidence());
  const first = novelty(marks, evidence({ progress }));
  expect(first.what).toBe(what);
  expect(novelty(first.marks, evidence({ progress })).what).toBeNull();
  expect(JSON.parse(JSON.stringify(first.marks))).toEqual(first.marks);
});

test('the first look is what all others are compared with, and no achievement', () => {
  expect(novelty({ baseline: false, todos: 0, progress: null, seen: [] }, evidence({ progress: '3' })).what).toBeNull();
});

test('what could not be gathered is not progress, neither now nor later', () => {
  const { marks } = novelty({ baseline: false, todos: 0, progress: null, seen: [] }, evidence());
  const none = novelty(marks, { head: null, worktree: null, progress: null, missing: ['git is not there'] });
  expect(none.what).toBeNull();
  expect(novelty(none.marks, evidence()).what).toBeNull();
});

test('what is remembered is bounded, and what was not seen for longest is forgotten first', () => {
  let marks = novelty({ baseline: false, todos: 0, progress: null, seen: [] }, evidence()).marks;
  for (let commit = 0; commit < 2 * MAX_SEEN; commit++) marks = novelty(marks, evidence({ head: `commit ${commit}` })).marks;
  expect(marks.seen).toHaveLength(MAX_SEEN);
  expect(novelty(marks, evidence({ head: `commit ${2 * MAX_SEEN - 1}` })).what, 'the worktree was the same all along').toBeNull();
  expect(novelty(marks, evidence({ head: 'commit 0' })).what).toBe('new commit commit 0');
});

const states = Object.keys(STATES) as RunState[];

test('nothing leads out of complete, and from everywhere else something leads on', () => {
  expect(states.filter((state) => STATES[state].next.length === 0)).toEqual(['complete']);
});

test('a run that nobody asked for is not resumed: what is over goes on only by a new start', () => {
  for (const state of ['stopped', 'failed'] as const) expect(STATES[state].next).toEqual(['waiting', 'starting', 'held']);
});

test.each(states)('%s: it may stay so, and every state that may follow is one', (state) => {
  expect(mayGo(state, state)).toBe(true);
  expect(states).toEqual(expect.arrayContaining([...STATES[state].next]));
  expect(STATES[state].next).not.toContain(state);
});
