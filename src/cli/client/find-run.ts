import type { Run } from '../../core/model/run.ts';
import { stateDirectory } from '../../settings/state-directory.ts';
import type { Reader } from '../../store/reader.ts';
import { nearestOf } from '../terminal/nearest.ts';
import { EXIT_NO_RUN, Problem } from '../terminal/problem.ts';

/**
 * Returns the newest run with this name, or the run with this id. Throws a Problem that suggests
 * similar names.
 */
export function findRun(reader: Reader, name: string): Run {
  const run = reader.run(name);
  if (run !== null) return run;
  throw noSuchRun(
    name,
    reader.runs().map((known) => known.name),
  );
}

/** The Problem that `names` does not contain `name`. */
export function noSuchRun(name: string, names: readonly string[]): Problem {
  const message = `there is no run ${JSON.stringify(name)}`;
  if (names.length === 0)
    return new Problem(EXIT_NO_RUN, message, {
      got: `no runs in ${stateDirectory(process.env) ?? 'this state directory'}`,
      hint: 'start one with `dogwatch run -- COMMAND…`; DOGWATCH_STATE_DIR may point elsewhere',
    });
  const near = nearestOf(name, names);
  if (near.length > 0)
    return new Problem(EXIT_NO_RUN, message, { hint: `did you mean ${near.join(' or ')}? \`dogwatch status\` lists the runs` });
  return new Problem(EXIT_NO_RUN, message, { expected: `one of ${shortly(names)}`, hint: '`dogwatch status` lists the runs' });
}

const MAX_LISTED = 20;

const shortly = (names: readonly string[]): string =>
  `${names.slice(0, MAX_LISTED).join(', ')}${names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : ''}`;
