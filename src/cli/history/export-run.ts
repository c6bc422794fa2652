import { writeFileSync } from 'node:fs';
import type { Run } from '../../core/model/run.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { keptEnvironment } from '../../store/environment.ts';
import type { Reader } from '../../store/reader.ts';
import { redactor } from '../../system/text/redact.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { exported } from './export.ts';
import { replayRows } from './replay-rows.ts';

/**
 * Writes a run's history into a new file that only this user can read. Returns how many rows it
 * wrote. Throws a Problem.
 */
export function exportRun(layout: Layout, reader: Reader, run: Run, path: string): { rows: number; isEnvironmentKnown: boolean } {
  const environment = keptEnvironment(layout, run.spec.environmentFile);
  const rows = [...replayRows(reader, run.id)];
  const text = exported(run, rows, redactor(process.env, environment ?? {}));
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const got = errorMessage(error);
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const expected = isThere ? 'a file that does not exist yet' : 'a place where this user may create a file';
    throw new Problem(isThere ? EXIT_USAGE : EXIT_UNAVAILABLE, `${path} cannot be written`, { expected, got });
  }
  return { rows: rows.length, isEnvironmentKnown: environment !== null };
}
