import type { Plant } from './plant.ts';
import { programOf } from './programs/program.ts';
import { shrunk } from './shrink.ts';
import { type Result, simulate } from './simulate.ts';

/** How many lines of a story are shown. */
const STORY_LINES = 60;

/** The outcome of many seeds. */
export interface Tried {
  readonly programs: number;
  readonly decisions: number;
  /** The first seed that failed, or null if none did. */
  readonly failed: { readonly seed: number; readonly result: Result } | null;
}

/** Plays the programs of these seeds until one fails or `isToEnd` returns true. */
export function trySeeds(from: number, count: number, plant: Plant = {}, isToEnd = () => false): Tried {
  let decisions = 0;
  for (let seed = from; seed < from + count; seed++) {
    const result = simulate(programOf(seed), plant);
    decisions += result.decisions;
    if (result.broken !== null) return { programs: seed - from + 1, decisions, failed: { seed, result } };
    if (isToEnd()) return { programs: seed - from + 1, decisions, failed: null };
  }
  return { programs: count, decisions, failed: null };
}

/** A failing seed as a short story: the reduced program, and what happens in it, in words. */
export function storyOf(seed: number, plant: Plant = {}): string {
  const program = programOf(seed);
  const { invariant } = simulate(program, plant);
  const small = invariant === null ? program : shrunk(program, (smaller) => simulate(smaller, plant).invariant === invariant);
  const { lines, broken, hash } = simulate(small, plant, true);
  const plan = small.runs.map(({ name, atMs, lives, lastLife, ...rest }) =>
    [
      `${name}, from ${atMs} ms on: ${JSON.stringify(rest)}`,
      ...lives.map((life) => `  ${JSON.stringify(life)}`),
      `  then it ${lastLife}`,
    ].join('\n'),
  );
  const left = lines.length > STORY_LINES ? [`… ${lines.length - STORY_LINES} lines before`] : [];
  return [...plan, '', ...left, ...lines.slice(-STORY_LINES), broken ?? 'all went well', `trace ${hash}`].join('\n');
}
