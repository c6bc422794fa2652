import type { Run } from '../../core/model/run.ts';
import { attemptFiles, type Layout } from '../../store/directory/layout.ts';
import { leftInWords, perhapsLeft } from '../../system/process/left.ts';
import { allProcesses } from '../../system/process/marks.ts';
import type { SeenProcess } from '../../system/process/seen-process.ts';
import { readUnit } from '../../system/systemd/transient-unit.ts';
import { readAttempt } from './record.ts';

/** What is certain about a run whose processes were ended, and what may still be left of it. */
export function provenOf(layout: Layout, run: Run): string {
  const left = leftInWords(leftBehind(layout, run));
  const what = run.attempt?.shim === null ? 'the process that was adopted is gone' : 'every process that carries its mark is gone';
  return left === null ? what : `${what}; ${left}`;
}

/** Processes that may belong to its last attempt; it is impossible to tell. */
function leftBehind(layout: Layout, { id, attempt, spec }: Run): readonly SeenProcess[] {
  if (attempt === null) return [];
  const files = attemptFiles(layout, id, attempt.number);
  const { mark, shim, agent } = readAttempt(files);
  return perhapsLeft(allProcesses(), { mark, shim, agent: attempt.agent ?? agent, unit: readUnit(files.unit), cwd: spec.cwd });
}
