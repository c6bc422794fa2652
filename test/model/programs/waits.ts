import type { Living } from '../../../src/core/model/policy.ts';
import { BEGIN } from '../../kit/core/simulation.ts';
import { HOUR, SECOND } from '../../kit/core/world.ts';
import type { Act, Life } from '../world/lives.ts';
import type { PlannedRun } from './program.ts';

/** What keeps a run from working at any time. */
export interface Waits {
  readonly hours?: { readonly text: string; readonly living: Living };
  readonly reservePercent?: number;
}

/**
 * In some worlds runs have hours, or leave a reserve of their account's windows. This consumes no
 * randomness, so all other worlds stay the same.
 */
export const waitsIn =
  (seed: number) =>
  (run: PlannedRun, index: number): PlannedRun => {
    if (seed % 17 === 6)
      return { ...run, waits: { hours: { text: HOURS[index % HOURS.length] ?? '', living: LIVING[seed % 3] ?? 'turn' } } };
    if (seed % 17 !== 11) return run;
    return { ...run, waits: { reservePercent: 10 }, lives: run.lives.map((life, number) => [states(number, seed), ...life]) };
  };

/** The world begins on a Monday, at 03:00 in UTC, which is 22:00 on Sunday in New York. */
const HOURS = ['00:00-05:00; Europe/Berlin', '20:00-23:00; America/New_York', 'Mon-Fri 02:00-04:30, Sat-Sun; UTC'];
const LIVING: readonly Living[] = ['turn', 'end', 'finish'];
const USED = [40, 95, 20, 97];

/** What an agent states of its account's window. */
const states = (life: number, seed: number): Life[number] => {
  const resetsAtWall = BEGIN + (1 + ((seed + life) % 8)) * HOUR;
  const window = {
    kind: 'window',
    name: 'five_hour',
    ofModel: false,
    usedPercent: USED[life % USED.length] ?? 0,
    resetsAtWall,
    extra: null,
  } as const;
  return { kind: 'says', afterMs: SECOND, signals: [window] } satisfies Act;
};
