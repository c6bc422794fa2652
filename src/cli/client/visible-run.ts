import type { Run } from '../../core/model/run.ts';
import { firstProcess } from '../../launch/attempt/record.ts';
import { attemptFiles, type Layout } from '../../store/directory/layout.ts';

/**
 * Returns the run as a person should see it: with the agent's process where the watchdog itself
 * only tracks its shim.
 */
export function withAgent(layout: Layout, run: Run): Run {
  const { id, attempt } = run;
  if (attempt?.alive !== true || attempt.agent !== null) return run;
  return { ...run, attempt: { ...attempt, agent: firstProcess(attemptFiles(layout, id, attempt.number)) } };
}
