import type { Run } from '../core/model/run.ts';
import { recalledAttempt } from '../launch/attempt/lost-marks.ts';
import { attemptFiles, type Layout } from '../store/directory/layout.ts';
import { readUnit } from '../system/systemd/transient-unit.ts';
import { type EndOutcome, endAttempt } from './end-attempt.ts';
import { endStrays } from './strays.ts';

/**
 * Ends whatever is left of a run's attempt, and proves it. For a run that is being stopped, also
 * ends whatever carries one of its marks.
 */
export async function endOfAttempt(run: Run, layout: Layout, attempt: number): Promise<EndOutcome> {
  const files = attemptFiles(layout, run.id, attempt);
  const record = recalledAttempt(files);
  const { graceMs } = run.spec.policy;
  const agent = run.attempt?.agent ?? record.agent;
  const ended = await endAttempt({ mark: record.mark, shim: record.shim, agent, unit: readUnit(files.unit), graceMs, cwd: run.spec.cwd });
  if (ended.kind === 'end-failed' || run.stopping === null) return ended;
  const strays = await endStrays(run.id, layout, graceMs);
  return strays === null ? ended : { kind: strays.kind, because: `${ended.because}; ${strays.because}` };
}
