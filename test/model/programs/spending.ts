import type { Signal } from '../../../src/core/model/facts.ts';
import { MINUTE, SECOND } from '../../kit/core/world.ts';
import type { Act, Life } from '../world/lives.ts';
import { Chance } from './chance.ts';
import type { PlannedRun } from './program.ts';

/** What the agents of a run cost, how they say it, and its cap. */
export interface Spending {
  readonly says: 'answers' | 'process-totals' | 'session-totals' | 'tokens-alone';
  /** In US dollars; of an agent that tells only tokens, a thousand tokens each. */
  readonly cap: number;
}

/** What each recovery agent costs. */
export const MENDING_COSTS = 1;

/**
 * In some worlds the agents of the first run say what they spend, and there is a cap. This consumes
 * none of the others' randomness, so all other worlds stay the same. Where lines are lost, or the
 * state forgets some of them, nobody can know what was spent.
 */
export const spendingIn =
  (seed: number) =>
  (run: PlannedRun, index: number): PlannedRun => {
    if (index !== 0 || seed % 6 !== 1 || forgetsSpending(seed) || run.nowhere !== undefined) return run;
    const chance = new Chance(seed ^ 0xca95);
    const says = chance.of(['answers', 'process-totals', 'session-totals', 'tokens-alone'] as const);
    const lives = Array.from({ length: 8 }, () => spender(chance));
    return { ...run, spending: { says, cap: chance.of([2, 4, 9]) }, lives: [...lives.slice(0, 4), ...run.lives, ...lives.slice(4)] };
  };

/** Lines are lost there, or the state is put back. */
export const forgetsSpending = (seed: number): boolean => seed % 13 === 2 || seed % 13 === 10 || seed % 7 === 3 || seed % 7 === 4;

const answers = (usd: number): Act => ({ kind: 'answers', afterMs: MINUTE, usd });

/** Some answers, a milestone at times, and an end: by itself, killed in mid-turn, or refused. */
export function spender(chance: Chance): Life {
  const some = Array.from({ length: chance.between(1, 5) }, () => answers(chance.of([0.25, 0.5, 1])));
  const commits: Life = chance.oneIn(3) ? [{ kind: 'commits', afterMs: SECOND }] : [];
  return [...some, ...commits, answers(0.25), ...endOf(chance)];
}

function endOf(chance: Chance): Life {
  const ends = { kind: 'ends', afterMs: SECOND, signal: null, leaving: 'none' } as const;
  const signals = (kind: 'context' | 'session-missing'): readonly Signal[] => [
    { kind, text: `so it said (${kind})` },
    { kind: 'turn', well: false },
  ];
  switch (chance.upTo(4)) {
    case 0:
      return [{ ...ends, code: null, signal: 'SIGKILL' }];
    case 1:
      return [
        { kind: 'says', afterMs: SECOND, signals: signals('context') },
        { ...ends, code: 1 },
      ];
    case 2:
      return [
        { kind: 'says', afterMs: SECOND, signals: signals('session-missing') },
        { ...ends, code: 1 },
      ];
    case 3:
      return [
        { kind: 'says', afterMs: SECOND, signals: [{ kind: 'turn', well: true }] },
        { ...ends, code: 0 },
      ];
    default:
      return [{ ...ends, code: 1 }];
  }
}
