import { writeFileSync } from 'node:fs';
import type { Run } from '../core/run.ts';
import { readEnvironment } from '../store/environment.ts';
import type { Layout } from '../store/layout.ts';
import type { Reader } from '../store/reader.ts';
import { redactor, type Variables } from '../system/redact.ts';
import { exported } from './export-history.ts';
import { EXIT_USAGE, Problem } from './problem.ts';
import { replayRows } from './replay-rows.ts';

/** Writes a run's history into a new file, for this user only, and says how much that is. Throws a Problem. */
export function exportRun(layout: Layout, reader: Reader, run: Run, path: string): { rows: number; isEnvironmentKnown: boolean } {
  const environment = environmentOf(layout, run);
  const [own, theirs] = [redactor(process.env), redactor(environment ?? {})];
  const rows = [...replayRows(reader, run.id)];
  const text = exported(run, rows, (raw) => own(theirs(raw)));
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const came = error instanceof Error ? error.message : String(error);
    throw new Problem(EXIT_USAGE, `${path} can not be written`, { expected: 'a file that is not there yet', came });
  }
  return { rows: rows.length, isEnvironmentKnown: environment !== null };
}

/** Null: it is not kept any more, as that of a run that is complete. */
function environmentOf(layout: Layout, { spec }: Run): Variables | null {
  try {
    return readEnvironment(layout, spec.environmentFile);
  } catch {
    return null;
  }
}
