import { setTimeout as pause } from 'node:timers/promises';
import { JetStreamApiError } from '@nats-io/jetstream';
import { pauseMs } from './pause.ts';

const PATIENCE_MS = 30_000;
/** Said while a node is not there yet, or there is no leader. */
const NOT_READY = [10_005, 10_008, 10_009];

/**
 * Asks again for half a minute while nobody answers: a cluster that has only started, or has lost a
 * node, has no leader for some seconds. What the engine refuses is thrown at once.
 */
export async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const sinceMs = performance.now();
  for (let failures = 0; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      const isRefusal = error instanceof JetStreamApiError && !NOT_READY.includes(error.code);
      const isLost = (error as Error).name === 'ClosedConnectionError';
      if (isRefusal || isLost || performance.now() - sinceMs > PATIENCE_MS) throw error;
      await pause(pauseMs(failures));
    }
  }
}
