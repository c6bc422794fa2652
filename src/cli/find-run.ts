import type { Run } from '../core/run.ts';
import { nearest } from '../settings/nearest.ts';
import type { Reader } from '../store/reader.ts';
import { EXIT_USAGE, Problem } from './problem.ts';

/** The newest run of a name (or the run with that id). Throws a Problem that names what is near. */
export function findRun(reader: Reader, name: string): Run {
  const run = reader.run(name);
  if (run !== null) return run;
  const names = reader.runs().map((known) => known.name);
  if (names.length === 0)
    throw new Problem(EXIT_USAGE, `there is no run ${JSON.stringify(name)}`, {
      came: 'no run is known here at all',
      hint: 'start one with `dogwatch run -- COMMAND…`; DOGWATCH_STATE_DIR may point elsewhere',
    });
  const near = nearest(name, names);
  throw new Problem(EXIT_USAGE, `there is no run ${JSON.stringify(name)}`, {
    expected: near === null ? `one of: ${shortly(names)}` : `did you mean ${near}?`,
    hint: '`dogwatch status` lists the runs',
  });
}

const MAX_LISTED = 20;

const shortly = (names: readonly string[]): string =>
  `${names.slice(0, MAX_LISTED).join(', ')}${names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : ''}`;
