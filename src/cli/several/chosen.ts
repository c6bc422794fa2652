import type { Run } from '../../core/model/run.ts';
import { globs } from '../../core/values/glob.ts';
import type { Reader } from '../../store/reader.ts';
import { findRun, noSuchRun } from '../client/find-run.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

export interface Choice {
  /** Names, ids and globs. */
  readonly names: readonly string[];
  /** Every run that the command can do something with. */
  readonly all: boolean;
}

/** For the error messages of one command. */
export interface Chooser {
  /** What is done, as in "cannot stop". */
  readonly verb: string;
  /** True for the runs that a glob or `--all` is about. */
  readonly isMeant: (run: Run) => boolean;
}

export const isGlob = (name: string): boolean => /[*?]/.test(name);

/**
 * Returns the runs that were named, each once, in the order of the names. A name that is no run is
 * an error before anything is done. A glob chooses among the newest runs of each name, unless a run
 * has exactly this name.
 */
export function chosenRuns(reader: Pick<Reader, 'run' | 'runs'>, { names, all }: Choice, { verb, isMeant }: Chooser): readonly Run[] {
  if (all === names.length > 0)
    throw new Problem(EXIT_USAGE, `cannot tell which runs to ${verb}`, {
      expected: 'the names of runs, patterns such as "upgrade-*", or only --all',
      got: all ? '--all and names' : 'neither',
      hint: '`dogwatch status` lists the runs',
    });
  if (all) return reader.runs().filter(isMeant);
  const chosen = names.flatMap((name) => namedRuns(reader, name, verb, isMeant));
  return [...new Map(chosen.map((run) => [run.id, run])).values()];
}

function namedRuns(reader: Pick<Reader, 'run' | 'runs'>, name: string, verb: string, isMeant: (run: Run) => boolean): readonly Run[] {
  if (!isGlob(name)) return [findRun(reader as Reader, name)];
  const exact = reader.run(name);
  if (exact !== null) return [exact];
  const runs = reader.runs();
  const matches = globs([name]);
  const named = runs.filter(({ name: one }) => matches(one));
  if (named.length === 0)
    throw noSuchRun(
      name,
      runs.map((run) => run.name),
    );
  const meant = named.filter(isMeant);
  if (meant.length > 0) return meant;
  throw new Problem(EXIT_USAGE, `there is nothing to ${verb} among the runs ${JSON.stringify(name)}`, {
    got: named.map((run) => `${run.name} (${run.state})`).join(', '),
  });
}
