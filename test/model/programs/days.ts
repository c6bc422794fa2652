import type { DayRules } from '../../../src/core/spend/day-cap.ts';
import { Chance } from './chance.ts';
import type { PlannedRun } from './program.ts';
import { forgetsSpending, spender } from './spending.ts';

/** The world begins at 03:00 in UTC: in the others a day ends after two or five hours. */
const ZONES = ['UTC', 'America/New_York', 'America/Los_Angeles'] as const;

const hasDayCap = (seed: number): boolean => seed % 19 === 4 && seed % 6 !== 1 && !forgetsSpending(seed);

/** What all runs of a world may cost in a day, or null if that has no limit. */
export const dayIn = (seed: number): DayRules | null =>
  hasDayCap(seed) ? { capUsd: [3, 5, 8][seed % 3] ?? 3, gracePercent: 50, zone: ZONES[seed % ZONES.length] ?? 'UTC' } : null;

/**
 * In worlds with such a cap all runs spend. This consumes none of the others' randomness, so all
 * other worlds stay the same.
 */
export const spendingDaily =
  (seed: number) =>
  (run: PlannedRun, index: number): PlannedRun => {
    if (!hasDayCap(seed) || run.nowhere !== undefined) return run;
    const chance = new Chance(seed ^ (0xda7 + index));
    return { ...run, lives: [...Array.from({ length: 3 }, () => spender(chance)), ...run.lives] };
  };
