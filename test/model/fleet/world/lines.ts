import { SECOND } from '../../../kit/core/world.ts';
import type { Clock } from '../../world/clock.ts';

/** Writes down what happens in a storm, each with its time in seconds. */
export const sayInto =
  (lines: string[], clock: Clock) =>
  (what: string): void => {
    lines.push(`${(clock.nowMs / SECOND).toFixed(1).padStart(8)} s  ${what}`);
  };
