import { SIZE } from './size.ts';
import type { Turn } from './turn.ts';

/** A program that resumes a turn whenever it dies. */
export interface Contestant {
  readonly name: string;
  readonly turn: Turn;
  /** Called before each death. */
  readonly prepare: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

/**
 * From each death of a turn to its next start, in ms, by contestant. They alternate, so that all
 * have the same surroundings.
 */
export async function gapsOf(contestants: readonly Contestant[]): Promise<ReadonlyMap<string, readonly number[]>> {
  const gaps = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < SIZE.deaths; round++)
    for (const { name, turn, prepare } of contestants) {
      await turn.started(round + 1);
      await prepare();
      gaps.get(name)?.push(await turn.die());
    }
  return gaps;
}
