import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunDecision } from '../../src/core/decision.ts';
import type { Policy } from '../../src/core/model/facts.ts';
import { type Replayed, type ReplayRow, replayed } from '../../src/core/replay.ts';
import { recordedRows } from '../kit/core/recorded-rows.ts';
import { Simulation } from '../kit/core/simulation.ts';
import { anyStep, anyWishes, mendedStep } from '../kit/core/steps.ts';
import { MINUTE, SECOND, type Story, specWith, working, worksAndExits } from '../kit/core/world.ts';

const replay = (rows: readonly ReplayRow[], policy: Partial<Policy> = {}, spec = specWith()): Replayed[] => [
  ...replayed(rows, spec, policy),
];
const differing = (all: readonly Replayed[]) => all.filter(({ differs }) => differs !== null);
const rowsOf = (story: Story): ReplayRow[] => recordedRows(story.decisions);

/** Dies repeatedly without a milestone. */
function dying(times: number): Story {
  const story = working();
  for (let death = 0; death < times; death++) {
    worksAndExits(story, 1);
    story.gathered();
    story.started();
    story.says();
  }
  return story;
}

describe('the same dogwatch, the same settings', () => {
  test('decides the same again, though what changed no state was not kept', () => {
    const story = dying(4);
    const rows = rowsOf(story);
    expect(rows.length).toBeLessThan(story.decisions.length);
    expect(replay(rows).map(({ today, differs }) => [today === null, differs])).toEqual(rows.map(() => [false, null]));
  });

  test.each([
    ['whatever happened', anyStep],
    ['with recovery agents', mendedStep],
  ])('%s, none differs', (_, step) => {
    const property = fc.property(
      anyWishes,
      fc.boolean(),
      fc.boolean(),
      fc.array(step, { maxLength: 60 }),
      (wishes, foreign, recovers, steps) => {
        const simulation = new Simulation(wishes, foreign, () => {}, recovers);
        for (const one of steps) simulation.step(one);
        const rows = recordedRows(simulation.steps.map(({ decision }) => decision));
        expect(differing(replay(rows, {}, simulation.run.spec))).toEqual([]);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});

describe('a decision that differs', () => {
  const otherwise = (rows: readonly ReplayRow[], index: number, decided: Partial<NonNullable<ReplayRow['decided']>>): ReplayRow[] =>
    rows.map((row, at) => (at === index && row.decided !== null ? { ...row, decided: { ...row.decided, ...decided } } : row));
  const rows = rowsOf(dying(3));
  const death = rows.findIndex(({ observation }) => observation.kind === 'process.exited');

  test('is shown alone: those after it began from what was', () => {
    const found = differing(replay(otherwise(rows, death, { state: 'escalated', actions: [] })));
    expect(found.map(({ row, differs }) => [row.observation.kind, differs])).toEqual([['process.exited', 'decision']]);
    expect(found[0]?.today).toMatchObject({ actions: ['resume 2'] });
  });

  test('in its reason alone it is another thing', () => {
    expect(differing(replay(otherwise(rows, death, { because: 'the moon' }))).map(({ differs }) => differs)).toEqual(['words']);
  });

  test('a part of the reason is enough', () => {
    expect(differing(replay(otherwise(rows, death, { because: 'attempt 1 ended' })))).toEqual([]);
  });
});

test('rows before the first whole one, and those that were not kept, are not guessed', () => {
  const rows = rowsOf(dying(3));
  const kept = [...rows.slice(5, 8), { ...rows[8]!, given: { kind: 'unknown' } as const }, ...rows.slice(9)];
  expect(replay(kept).map(({ today, differs }) => [today, differs])).toEqual(kept.map(() => [null, null]));
});

describe('with another setting', () => {
  test('a smaller budget is spent earlier: that resume would not have been', () => {
    const [first] = differing(replay(rowsOf(dying(4)), { maxResumes: 2 }));
    expect(first?.row.decided?.actions).toEqual(['resume 4']);
    expect(first?.today).toMatchObject({ state: 'waiting', actions: [], because: expect.stringContaining('(DOGWATCH_MAX_RESUMES=2)') });
  });

  test('more patience: the attempt would have been left alone', () => {
    const found = differing(replay(rowsOf(wedged()), { idleMs: 60 * MINUTE }));
    expect(found.map(({ row, today }) => [row.decided?.actions, today?.actions])).toContainEqual([['end 1'], []]);
  });

  test('less patience: it would have been ended before what was seen then', () => {
    const rows = rowsOf(silentFor(8 * MINUTE));
    expect(differing(replay(rows))).toEqual([]);
    const [first] = differing(replay(rows, { idleMs: 4 * MINUTE }));
    expect(first?.earlier).toMatchObject({ actions: ['end 1'] });
  });

  test('the value that it had changes nothing', () => {
    expect(differing(replay(rowsOf(wedged()), { idleMs: 15 * MINUTE }))).toEqual([]);
  });
});

/** Silent with idle processes, then it dies. */
function silentFor(ms: number): Story {
  const story = working();
  for (let at = 0; at < ms; at += 15 * SECOND) {
    story.after(15 * SECOND).sample(0);
    story.tick();
  }
  story.exits(1);
  return story;
}

const wedged = (): Story => {
  const story = silentFor(16 * MINUTE);
  expect(story.actions.map(({ kind }: RunDecision['actions'][number]) => kind)).toContain('end');
  return story;
};
