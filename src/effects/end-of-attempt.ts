import type { Run } from '../core/run.ts';
import { readAttempt } from '../launch/attempt-record.ts';
import { attemptFiles, type Layout } from '../store/layout.ts';
import { readUnit } from '../system/transient-unit.ts';
import { type EndOutcome, endAttempt } from './end-attempt.ts';

/** Ends whatever is left of an attempt of a run, and proves it. */
export function endOfAttempt(run: Run, layout: Layout, attempt: number): Promise<EndOutcome> {
  const files = attemptFiles(layout, run.id, attempt);
  const record = readAttempt(files);
  const { graceMs } = run.spec.policy;
  return endAttempt({
    mark: record.mark,
    shim: record.shim,
    agent: run.attempt?.agent ?? record.agent,
    unit: readUnit(files.unit),
    graceMs,
  });
}
