import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE, SECOND, type Story, working } from '../../kit/core/world.ts';

/**
 * Attempts in sequence until the run is handed off, each with new content in the worktree (or
 * without evidence).
 */
function lives(story: Story, live: (n: number) => void, most = 200): number {
  for (let n = 1; n <= most; n++) {
    live(n);
    if (story.run.pending === null) story.after(6 * MINUTE).tick();
    if (story.run.pending === null) return n;
    story.started();
  }
  return most;
}

const THREE = { policy: { maxResumes: 4 } };

test('what a failure leaves behind neither arms the budget again nor makes the distance smaller', () => {
  const story = working(THREE);
  const waits: number[] = [];
  const count = lives(story, (n) => {
    story.after(SECOND).says({ kind: 'error', text: 'abcdefghijkl'.slice(0, n) });
    story.exits(134);
    story.gathered({ worktree: `report ${n}` });
    waits.push((story.run.due?.at.mono ?? story.now.mono) - story.now.mono);
  });
  expect(count).toBe(5);
  expect(waits.slice(0, 4).map((ms) => ms / SECOND)).toEqual([5, 10, 20, 40]);
});

test('new content of attempts that worked lasts for three budgets', () => {
  const story = working(THREE);
  const count = lives(story, (n) => {
    story.after(2 * MINUTE).says({ kind: 'turn', well: true });
    story.exits();
    story.gathered({ worktree: `note ${n}` });
  });
  expect(count).toBe(13);
  expect(story.run).toMatchObject({ state: 'handed-off', because: expect.stringContaining('3 times DOGWATCH_MAX_RESUMES=4') });
});

test('a commit restores the whole budget', () => {
  const story = working(THREE);
  const count = lives(
    story,
    (n) => {
      story.after(2 * MINUTE).says({ kind: 'turn', well: true });
      story.exits();
      story.gathered(n % 4 === 0 ? { head: `commit-${n}` } : { worktree: `note ${n}` });
    },
    60,
  );
  expect(count).toBe(60);
});

test("without available evidence the agent's events count, for three budgets", () => {
  const nothing = { head: null, worktree: null, missing: ['git: dubious ownership'], none: 'git: dubious ownership' };
  const works = working(THREE);
  const worked = lives(works, () => {
    works.after(SECOND).says({ kind: 'tool' }, { kind: 'turn', well: true });
    works.exits();
    works.gathered(nothing);
  });
  expect(worked).toBe(13);
  expect(works.run.noEvidence).toBe('git: dubious ownership');
  const idle = working(THREE);
  const idled = lives(idle, () => {
    idle.after(SECOND).says();
    idle.exits();
    idle.gathered(nothing);
  });
  expect(idled).toBe(5);
});

test('without available evidence, printing a line before failing is not work, however promptly it is resumed', () => {
  const story = working({ policy: { maxResumes: 4, promptAfterMs: 0 } });
  const count = lives(story, (n) => {
    story.after(100).says({ kind: 'error', text: 'abcdefghijkl'.slice(0, n) });
    story.exits(1);
    story.gathered({ head: null, worktree: null, missing: ['no repository'], none: 'no repository' });
  });
  expect(count).toBe(5);
  expect(story.run.because).toContain('DOGWATCH_MAX_RESUMES=4');
  const long = working({ policy: { maxResumes: 4, promptAfterMs: 0 } });
  const lasted = lives(long, () => {
    long.after(2 * MINUTE).says();
    long.exits(1);
    long.gathered({ head: null, worktree: null, missing: ['no repository'], none: 'no repository' });
  });
  expect(lasted).toBe(13);
});

test('without a strong milestone three budgets are the most, and quick failures keep a growing distance', () => {
  const life = fc.record({
    ms: fc.constantFrom(SECOND, 30 * SECOND, 3 * MINUTE),
    code: fc.constantFrom(0, 1, 134),
    turn: fc.constantFrom(null, true, false),
    look: fc.constantFrom('content', 'same', 'none'),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(life, { minLength: 30, maxLength: 30 }), (maxResumes, all) => {
      const story = working({ policy: { maxResumes } });
      let distance = 0;
      let starts = 0;
      for (const [n, { ms, code, turn, look }] of all.entries()) {
        story.after(ms).says({ kind: 'error', text: `${n}`.replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)]!) });
        if (turn !== null) story.says({ kind: 'turn', well: turn });
        story.exits(code);
        const content = look === 'content' ? { worktree: `w${n}` } : {};
        story.gathered(look === 'none' ? { head: null, worktree: null, missing: ['no'], none: 'no' } : content);
        const waitMs = story.run.pending !== null ? 0 : (story.run.due?.at.mono ?? story.now.mono) - story.now.mono;
        if (story.run.pending === null) story.after(6 * MINUTE).tick();
        if (story.run.pending === null) break;
        const isBad = code !== 0 && ms < MINUTE;
        if (isBad) expect(waitMs).toBeGreaterThanOrEqual(Math.min(distance, 5 * MINUTE));
        if (isBad) expect(waitMs).toBeGreaterThan(0);
        distance = isBad ? Math.min(2 * waitMs, 5 * MINUTE) : 0;
        story.started();
        starts += 1;
      }
      expect(starts).toBeLessThanOrEqual(3 * maxResumes);
    }),
    { numRuns: 100 },
  );
});
