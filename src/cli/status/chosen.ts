import type { Run } from '../../core/model/run.ts';
import { globs } from '../../core/values/glob.ts';
import type { Reader } from '../../store/reader.ts';
import type { RunView } from '../../view/model.ts';
import { noSuchRun } from '../client/find-run.ts';
import * as several from '../several/chosen.ts';

const SHOW: several.Chooser = { verb: 'show', isMeant: () => true };

/**
 * The runs that these names, ids and patterns mean. Throws a Problem if one of them means none.
 */
export const chosenRuns = (reader: Reader, names: readonly string[]): readonly Run[] =>
  several.chosenRuns(reader, { names, all: false }, SHOW);

/** The same in a snapshot, which knows no other generations. */
export function isChosen(runs: readonly RunView[], names: readonly string[]): (run: RunView) => boolean {
  const chosen = new Set(names.flatMap((name) => meantBy(runs, name)));
  return (run) => chosen.has(run);
}

function meantBy(runs: readonly RunView[], wanted: string): readonly RunView[] {
  const exact = runs.filter(({ name, id }) => name === wanted || id === wanted);
  const matches = several.isGlob(wanted) ? globs([wanted]) : () => false;
  const found = exact.length > 0 ? exact : runs.filter(({ name }) => matches(name));
  if (found.length > 0) return found;
  throw noSuchRun(
    wanted,
    runs.map(({ name }) => name),
  );
}
