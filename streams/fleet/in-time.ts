import type { SchedulerLike } from 'rxjs';
import { ANSWER_MS } from '../../src/core/fleet/times.ts';

/**
 * What it answers, or `otherwise` if it fails or takes too long: an engine answers in its own time,
 * and whoever drives a protocol must get some answer.
 */
export const inTime = <T>(asked: Promise<T>, otherwise: T, scheduler: SchedulerLike, mostMs = 2 * ANSWER_MS): Promise<T> =>
  new Promise((resolve) => {
    const timer = scheduler.schedule(() => resolve(otherwise), mostMs);
    const settle = (value: T) => {
      timer.unsubscribe();
      resolve(value);
    };
    asked.then(settle, () => settle(otherwise));
  });
