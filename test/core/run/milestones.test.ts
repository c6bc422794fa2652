import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { NO_STREAK } from '../../../src/core/model/streak.ts';
import { novelty, unheard, withMilestone } from '../../../src/core/run/milestones.ts';
import { isSame } from '../../../src/core/values/process-identity.ts';
import { evidence, working } from '../../kit/core/world.ts';

/** What is new after the first look, which is the baseline for all others. */
function after(...looks: readonly Partial<Evidence>[]): (string | null)[] {
  let { marks } = novelty(working().run.marks, evidence());
  return looks.map((look) => {
    const { what, marks: next } = novelty(marks, evidence(look));
    marks = next;
    return what;
  });
}

test('a commit of a repository that the agent has moved to is a strong milestone', () => {
  const look = (commits: readonly string[]) => evidence({ elsewhere: [{ root: '/b', commits }] });
  const { marks } = novelty(working().run.marks, look(['old']));
  expect(novelty(marks, look(['new', 'old']))).toMatchObject({ what: 'new commit new', isStrong: true });
  expect(novelty({ ...marks, places: [] }, look(['newer']))).toMatchObject({ what: null });
});

describe('what was never seen before', () => {
  test('the first look is no achievement, and what it saw is none later', () => {
    const first = novelty({ ...working().run.marks, baseline: false, seen: [] }, evidence({ progress: '10' }));
    expect(first.what).toBeNull();
    expect(novelty(first.marks, evidence({ progress: '10' })).what).toBeNull();
  });

  test.each<[string, Partial<Evidence>[], (string | null)[]]>([
    ['a commit, once, by its first digits', [{ head: 'abcdef0123456' }, { head: 'abcdef0123456' }], ['new commit abcdef0123', null]],
    ['back to what was there before', [{ head: 'other' }, { head: 'c0ffee0001' }, { head: 'other' }], ['new commit other', null, null]],
    [
      'a commit that is the head and among those of all refs',
      [
        { head: 'beef000001', commits: ['beef000001'] },
        { head: 'beef000002', commits: ['beef000002', 'beef000001'] },
      ],
      ['new commit beef000001', 'new commit beef000002'],
    ],
    [
      'a commit of a repository that the agent has moved to, but of what the first look at it found none',
      [
        { elsewhere: [{ root: '/b', commits: ['old1'] }] },
        { elsewhere: [{ root: '/b', commits: ['beef000003', 'old1'] }] },
        { elsewhere: [{ root: '/c', commits: ['old2'] }] },
        { elsewhere: [{ root: '/b', commits: ['beef000003', 'old1'] }] },
      ],
      [null, 'new commit beef000003', null, null],
    ],
    [
      'a commit of a linked worktree that the agent has moved to, which is among those of all refs',
      [{ commits: [] }, { commits: ['beef000004'], elsewhere: [{ root: '/b', commits: ['beef000004'] }] }],
      [null, 'new commit beef000004'],
    ],
    [
      'a commit of another ref, but of what the first look at refs found none',
      [{ commits: ['old1', 'old2'] }, { commits: ['old1', 'old2', 'c0ffee0003'] }],
      [null, 'new commit c0ffee0003'],
    ],
    ['a worktree, once', [{ worktree: 'dirty' }, { worktree: 'dirty' }], ['new content in the worktree', null]],
    ['a worktree that is called like a commit', [{ worktree: 'c0ffee0001' }], ['new content in the worktree']],
    ['both at once', [{ head: 'x', worktree: 'y' }], ['new commit x, new content in the worktree']],
    ['neither can be looked at', [{ head: null, worktree: null }], [null]],
    [
      'a number that grows',
      [{ progress: '3' }, { progress: '3' }, { progress: '2' }, { progress: '4' }],
      ['progress is at 3', null, null, 'progress is at 4'],
    ],
    [
      'in percent, with a blank, below 0 and in parts',
      [{ progress: ' -1.25% ' }, { progress: '-1.2\n' }],
      ['progress is at -1.25', 'progress is at -1.2'],
    ],
    ['a number with words is words', [{ progress: '3 of 10' }, { progress: '3 of 10' }], ['progress says "3 of 10"', null]],
    [
      'so is one in words',
      [{ progress: 'step 4' }, { progress: '%4' }, { progress: '4%4' }],
      ['progress says "step 4"', 'progress says "%4"', 'progress says "4%4"'],
    ],
    ['words that are a commit, too', [{ progress: 'c0ffee0001' }], ['progress says "c0ffee0001"']],
    ['long words are cut', [{ progress: 'a'.repeat(100) }], [`progress says "${'a'.repeat(79)}…"`]],
  ])('%s', (_, looks, news) => expect(after(...looks)).toEqual(news));

  test('a text counts once, and apart from the evidence', () => {
    const { marks } = novelty(working().run.marks, evidence({ progress: 'half' }));
    const heard = unheard(marks, 'half');
    expect(heard).not.toBeNull();
    expect(unheard(heard!, 'half')).toBeNull();
    expect(unheard(heard!, 'other')).not.toBeNull();
  });
});

test('a milestone takes back what counts since the last one, up to its attempt', () => {
  const { run, now } = working();
  const counted: Run = {
    ...run,
    charged: [2, 3, 4],
    streak: { ...NO_STREAK, transients: 2, noops: 1, shortDeaths: 3, freshStarts: 1, noSpaces: 1, notified: ['permission'] },
  };
  const fresh = withMilestone(counted, 3, now, 'it');
  expect(fresh).toMatchObject({ charged: [4], streak: { ...NO_STREAK, shortDeaths: 3 } });
  // A milestone that is reported late takes back nothing that followed it.
  expect(withMilestone(fresh, 1, now, 'late').milestone).toMatchObject({ attempt: 3, what: 'late' });
});

test.each([
  ['trial', 5, 5, null],
  ['trial', 6, 5, 'trial'],
  ['over', 5, 5, 'over'],
])('a milestone in the %s of a recovery, which counts from attempt %i on: attempt %i', (phase, from, attempt, left) => {
  const { run, now } = working();
  const mended = { ...run, recovery: { phase, from } } as unknown as Run;
  expect(withMilestone(mended, attempt, now, 'it').recovery?.phase ?? null).toBe(left);
});

test.each([
  [{}, true],
  [{ pid: 8 }, false],
  [{ startTicks: 8 }, false],
  [{ bootId: 'other' }, false],
])('a process that differs in %j is the same: %s', (other, same) => {
  const one = { bootId: 'boot', pid: 7, startTicks: 70 };
  expect(isSame(one, { ...one, ...other })).toBe(same);
});
