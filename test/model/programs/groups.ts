import { HOUR, MINUTE, SECOND } from '../../kit/core/world.ts';
import { Chance } from './chance.ts';
import type { Event, PlannedRun } from './program.ts';

/**
 * What happens while several decisions are stored together: before, after, or among the starts that
 * follow. `one-fails`: one of them can never be stored.
 */
export type AtCommit = 'dies-before' | 'dies-after' | 'dies-among-starts' | 'stops-before' | 'one-fails';

const AT_COMMIT: readonly AtCommit[] = ['dies-before', 'dies-after', 'dies-among-starts', 'stops-before', 'one-fails'];

/** In some worlds decisions wait for each other for up to this long (ms), and are stored together. */
export const groupsIn = (seed: number): number => (seed % 5 === 2 ? WAITS_MS[seed % 3]! : 0);

/** In reality they wait for less than a millisecond, but many more things happen in it. */
const WAITS_MS = [100, 1000, 5000] as const;

/**
 * There many die at once and are resumed at once, and much happens meanwhile. Uses a separate random
 * sequence.
 */
export function groupEvents(seed: number, stormMs: number, runs: readonly PlannedRun[]): readonly Event[] {
  if (groupsIn(seed) === 0) return [];
  const chance = new Chance(seed ^ 0x6e0b);
  return Array.from({ length: chance.between(2, 12) }, (): readonly Event[] => {
    const atMs = chance.between(10 * SECOND, chance.of([5 * MINUTE, HOUR, stormMs]));
    const againMs = atMs + chance.upTo(3 * SECOND);
    const resumes = runs.map(
      ({ name: run }): Event => ({ kind: 'operator', run, command: { kind: 'resume', prompt: null }, atMs: againMs }),
    );
    const dying: readonly Event[] = [{ kind: 'kill-all', atMs }, ...(chance.oneIn(3) ? [] : resumes)];
    return chance.oneIn(4) ? dying : [{ kind: 'at-commit', how: chance.of(AT_COMMIT), atMs: atMs - 1 }, ...dying];
  }).flat();
}
