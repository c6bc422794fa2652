import type { Run } from '../../core/model/run.ts';
import { globs } from '../../core/values/glob.ts';
import type { Reader } from '../../store/reader.ts';
import type { RunView } from '../../view/model.ts';
import { findRun, noSuchRun } from '../client/find-run.ts';

const isPattern = (name: string): boolean => /[*?]/.test(name);

/**
 * The runs that these names, ids and patterns mean. Throws a Problem if one of them means none.
 */
export function chosenRuns(reader: Reader, names: readonly string[]): readonly Run[] {
  const all = names.some(isPattern) ? reader.runs() : [];
  const found = names.flatMap((name) => (isPattern(name) ? matching(all, name) : [findRun(reader, name)]));
  return [...new Map(found.map((run) => [run.id, run])).values()];
}

/** The same in a snapshot, which knows no other generations. */
export function isChosen(runs: readonly RunView[], names: readonly string[]): (run: RunView) => boolean {
  const chosen = new Set(names.flatMap((name) => (isPattern(name) ? matching(runs, name) : [exactly(runs, name)])));
  return (run) => chosen.has(run);
}

function matching<R extends { readonly name: string }>(runs: readonly R[], pattern: string): readonly R[] {
  const matches = globs([pattern]);
  const found = runs.filter(({ name }) => matches(name));
  if (found.length > 0) return found;
  throw noSuchRun(
    pattern,
    runs.map(({ name }) => name),
  );
}

function exactly(runs: readonly RunView[], wanted: string): RunView {
  const found = runs.find(({ name, id }) => name === wanted || id === wanted);
  if (found !== undefined) return found;
  throw noSuchRun(
    wanted,
    runs.map(({ name }) => name),
  );
}
