import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRESH_SAMPLE_MS } from '../../../src/core/evolve/attempt.ts';
import type { Fact, Signal } from '../../../src/core/model/facts.ts';
import type { Attempt, Run } from '../../../src/core/model/run.ts';
import { Simulation } from '../../kit/core/simulation.ts';
import { anyStep, anyWishes } from '../../kit/core/steps.ts';
import { HOUR } from '../../kit/core/world.ts';

const PROGRAMS = 500;

/** A run with any history. */
const anyWorld = fc
  .tuple(anyWishes, fc.boolean(), fc.array(anyStep, { maxLength: 40, size: 'max' }))
  .map(([wishes, isForeign, steps]) => () => {
    const world = new Simulation(wishes, isForeign, () => undefined);
    for (const step of steps) world.step(step);
    return world;
  });

const cursor = { dev: 1, ino: 1, birthMs: 1, offset: 9, marker: '', countedOffset: 9, midLine: false };
const read = ({ id, attempt }: Run, signals: readonly Signal[], lost?: Attempt['lostLog']): Fact => ({
  ...{ kind: 'log.read', run: id, attempt: attempt?.number ?? 1, path: '/log', bytes: signals.length, lines: signals.length },
  ...{ signals, cursor, gap: null },
  ...(lost === undefined ? {} : { lost }),
});

/** The final facts of a run. */
const final = ({ proof, claim, milestone, strongMilestone, state }: Run) => ({
  proof,
  claim,
  milestone,
  strongMilestone,
  isComplete: state === 'complete',
});

describe('nothing final follows from what nobody knows, whatever happened before', () => {
  test('a look that saw nothing is no milestone, no beginning and no charge', () => {
    fc.assert(
      fc.property(anyWorld, fc.boolean(), (begin, isSaid) => {
        const world = begin();
        const before = world.run;
        const missing = ['git: dubious ownership'];
        const evidence = { head: null, worktree: null, progress: null, missing, ...(isSaid ? { none: missing[0] } : {}) };
        const now = world.tell({ kind: 'evidence.gathered', run: before.id, attempt: before.attempt?.number ?? 1, evidence });
        expect({ milestone: now.milestone, marks: now.marks }).toEqual({ milestone: before.milestone, marks: before.marks });
        expect(now.noEvidence).toBe(missing[0]);
        // A resume that this sample released is a new one.
        expect(now.charged.filter((number) => number <= before.tried && !before.charged.includes(number))).toEqual([]);
      }),
      { numRuns: PROGRAMS },
    );
  });

  test('a refusal in words that nobody knows is neither a limit, nor refused credentials, nor an end of the job', () => {
    fc.assert(
      fc.property(anyWorld, fc.constantFrom('refused', 'error'), (begin, kind) => {
        const world = begin();
        const [before, held] = [world.run, world.holds];
        const now = world.tell(read(before, [{ kind, text: 'the gnomes went home (E4711)' }]));
        expect(final(now)).toEqual(final(before));
        const limits = (holds: typeof held) => holds.map((hold) => [hold.kind, hold.limit, hold.text]);
        expect(limits(world.holds).filter((one) => !limits(held).some((known) => `${known}` === `${one}`))).toEqual([]);
      }),
      { numRuns: PROGRAMS },
    );
  });

  test('an end that nobody saw is no end of the job', () => {
    fc.assert(
      fc.property(anyWorld, (begin) => {
        const world = begin();
        const before = world.run;
        const nobody = { code: null, signal: null, outOfMemory: false, survivors: [] } as const;
        const now = world.tell({ kind: 'process.exited', run: before.id, attempt: before.attempt?.number ?? 1, ...nobody });
        // What the operator stopped waits for no check any more.
        const claim = now.state === 'stopped' ? null : before.claim;
        expect({ ...final(now), isComplete: now.state === 'complete' && before.proof === null }).toEqual({
          ...final(before),
          claim,
          isComplete: false,
        });
      }),
      { numRuns: PROGRAMS },
    );
  });

  test('silence ends no attempt that cannot be sampled, or whose output cannot be read', () => {
    let silent = 0;
    fc.assert(
      fc.property(anyWorld, fc.integer({ min: FRESH_SAMPLE_MS + 1, max: 4 * HOUR }), fc.boolean(), (begin, ms, isLost) => {
        const world = begin();
        if (isLost) world.tell(read(world.run, [], { because: 'was removed', isRead: false }));
        // Idle, as far as the last samples show.
        for (let looks = 0; looks < (isLost ? 40 : 4); looks++) isSpared(world, 30_000, true, isLost);
        isSpared(world, ms, false, true);
      }),
      { numRuns: PROGRAMS },
    );
    // Otherwise nothing was shown.
    expect(silent).toBeGreaterThan(100);

    /**
     * Time passes, with samples of idle processes or without any. `isLaw`: it must not be ended.
     */
    function isSpared(world: Simulation, ms: number, isLooked: boolean, isLaw: boolean): void {
      const { id, attempt, stopping, flooded, proof, pending, state } = world.run;
      const isLeftAlone = stopping === null && flooded == null && proof === null && pending === null && state !== 'complete';
      world.step({ kind: 'wait', ms });
      if (attempt?.alive !== true) return;
      const vitals = { cpuMs: attempt.cpu?.cpuMs ?? 0, tool: null, wroteWall: attempt.wroteWall };
      if (isLooked) world.tell({ kind: 'process.sampled', run: id, attempt: attempt.number, vitals });
      world.step({ kind: 'tick' });
      if (!isLaw || !isLeftAlone || attempt.overflows > 0) return;
      silent++;
      expect(world.run.pending?.kind, world.run.because).not.toBe('end');
    }
  });
});
