import { HOUR, MINUTE, SECOND } from '../../kit/core/world.ts';
import type { Life } from '../world/lives.ts';
import { Chance } from './chance.ts';
import type { Event, PlannedRun } from './program.ts';

/** What the agents of a run ask a person, who has this long to answer. */
export interface Asks {
  readonly graceMs: number;
}

/**
 * In some worlds the agents of the first two runs ask a person, in each of their lives. This
 * consumes none of the others' randomness, so all other worlds stay the same. Where an older copy
 * of the state is put back, an answer may be used twice, which nobody can prevent.
 */
export const asksIn =
  (seed: number) =>
  (run: PlannedRun, index: number): PlannedRun => {
    if (!isAsking(seed) || index > 1) return run;
    const chance = new Chance(seed ^ 0xa5c5 ^ index);
    const lives = Array.from({ length: Math.max(LIVES, run.lives.length) }, (_, number) => asking(chance, run.lives[number] ?? LAST));
    return { ...run, isForeign: false, asks: { graceMs: chance.of([5 * MINUTE, 10 * MINUTE, HOUR, 3 * HOUR]) }, lives };
  };

/** While its questions are open, the agent and the watchdog are killed at times. */
export function askEvents(seed: number, runs: readonly PlannedRun[]): readonly Event[] {
  if (!isAsking(seed)) return [];
  const chance = new Chance(seed ^ 0x5a1d);
  return Array.from({ length: chance.upTo(8) }, (): Event => {
    const { name: run, atMs: fromMs } = chance.of(runs.slice(0, 2));
    const atMs = fromMs + chance.upTo(chance.of([10 * MINUTE, HOUR, 4 * HOUR]));
    return chance.oneIn(2) ? { kind: 'kill-agent', run, atMs } : { kind: chance.of(['kill-watchdog', 'reboot']), atMs };
  });
}

const isAsking = (seed: number): boolean => seed % 10 === 9 && seed % 7 !== 3;

const LIVES = 6;
const TEXTS = [['push'], ['tag'], ['push', 'tag'], ['push', 'tag', 'publish'], ['publish']] as const;
const LAST: Life = [{ kind: 'ends', afterMs: MINUTE, code: 0, signal: null, leaving: 'none' }];

const asking = (chance: Chance, life: Life): Life => [
  { kind: 'says', afterMs: SECOND, signals: [{ kind: 'tool' }] },
  { kind: 'asks', afterMs: chance.upTo(MINUTE), texts: chance.of(TEXTS) },
  ...(chance.oneIn(2) ? [{ kind: 'asks', afterMs: SECOND, texts: chance.of(TEXTS) } as const] : []),
  ...life,
];
