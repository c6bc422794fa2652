import type { Attempt, Run } from '../core/model/run.ts';
import { firstProcess } from '../launch/attempt/record.ts';
import { attemptFiles, type Layout } from '../store/directory/layout.ts';
import { isAlive } from '../system/process/process.ts';
import type { Found } from '../view/model.ts';

/**
 * Returns the run as a person should see it: with the agent's process where the watchdog itself
 * only tracks its shim.
 */
export function withAgent(layout: Layout, run: Run): Run {
  const { id, attempt } = run;
  if (attempt?.alive !== true || attempt.agent !== null) return run;
  return { ...run, attempt: { ...attempt, agent: firstProcess(attemptFiles(layout, id, attempt.number)) } };
}

/**
 * Looks for the attempt by identity, so that another process with a reused pid does not count.
 * Returns null if no attempt is recorded as alive.
 */
export function foundNow({ attempt }: Pick<Run, 'attempt'>): Found | null {
  if (attempt?.alive !== true) return null;
  const known = identitiesOf(attempt);
  if (known.length === 0) return 'unknown';
  return known.some(isAlive) ? 'lives' : 'gone';
}

const identitiesOf = ({ agent, shim }: Attempt) => [agent, shim].filter((one) => one !== null);
