import { isActive, type Run } from '../../core/model/run.ts';
import { globs } from '../../core/values/glob.ts';
import type { Reader } from '../../store/reader.ts';
import { noSuchRun } from '../client/find-run.ts';
import { isGlob } from '../several/chosen.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/**
 * The runs that were named: a name means all runs of that name, an id one of them, and a pattern
 * those of the names that are over. Throws a Problem if a named one is not over.
 */
export function removableRuns(reader: Pick<Reader, 'everyRun'>, names: readonly string[]): readonly Run[] {
  const all = reader.everyRun();
  const chosen = new Map(names.flatMap((name) => named(all, name)).map((run) => [run.id, run]));
  const alive = [...chosen.values()].filter(isActive);
  if (alive.length === 0) return [...chosen.values()];
  throw new Problem(EXIT_USAGE, `${alive.length === 1 ? 'a run is' : 'runs are'} not over, and nothing was removed`, {
    expected: 'runs that are complete, stopped or failed, with no process left',
    got: alive.map(({ id, state }) => `${id} is ${state}`).join(', '),
    hint: `\`dogwatch stop ${alive.map(({ name }) => name).join(' ')}\` ends ${alive.length === 1 ? 'it' : 'them'}; an earlier run of the same name is removed by its id`,
  });
}

function named(all: readonly Run[], name: string): readonly Run[] {
  const exact = all.filter((run) => run.name === name);
  if (exact.length > 0) return exact;
  const byId = all.filter((run) => run.id === name);
  if (byId.length > 0) return byId;
  const matches = isGlob(name) ? globs([name]) : () => false;
  const some = all.filter((run) => matches(run.name));
  const over = some.filter((run) => !isActive(run));
  if (over.length > 0) return over;
  if (some.length > 0) return some;
  throw noSuchRun(name, [...new Set(all.map((run) => run.name))]);
}

/** The runs that are over, since at least this long. */
export const prunableRuns = (reader: Pick<Reader, 'everyRun'>, olderThanMs: number, nowWall: number): readonly Run[] =>
  reader.everyRun().filter((run) => !isActive(run) && nowWall - run.since.wall >= olderThanMs);
