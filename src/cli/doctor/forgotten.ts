import { highestOnDisk, runsOnDisk } from '../../launch/attempt/on-disk.ts';
import { stateDirectory } from '../../settings/state-directory.ts';
import { StoreError } from '../../store/directory/error.ts';
import { type Layout, layout } from '../../store/directory/layout.ts';
import { damagedAside } from '../../store/mend-database.ts';
import { openReader } from '../../store/reader.ts';
import { processesOfRuns } from '../../system/process/marks.ts';
import { type Finding, warn } from './finding.ts';

const MOST_NAMED = 8;

/** What the database has lost: what a copy that took its place does not know, and runs that have files and are not in it. */
export function checkForgotten(env: NodeJS.ProcessEnv): readonly Finding[] {
  const directory = stateDirectory(env);
  if (directory === null) return [];
  const where = layout(directory);
  return [...aside(where), ...forgotten(where)];
}

const aside = (where: Layout): readonly Finding[] =>
  damagedAside(where).map(({ from, aside: kept, damage, at }) =>
    warn(
      'damage',
      `the database was damaged (${damage}); at ${at} the copy ${from} took its place`,
      `see what was lost (dogwatch status, dogwatch history RUN); when you need the damaged files no more: rm -r ${kept}`,
    ),
  );

function forgotten(where: Layout): readonly Finding[] {
  const ids = unknownOf(where);
  if (ids.length === 0) return [];
  const living = [...processesOfRuns(new Set(ids), where.stateDir).values()].flat();
  const named = ids.slice(0, MOST_NAMED).map((id) => {
    const pids = living.filter(({ mark }) => mark?.startsWith(`${id}/`)).map(({ pid }) => pid);
    const lives = pids.length === 0 ? 'nothing of it lives' : `process ${pids.join(', ')} lives`;
    return `${id} (up to attempt ${highestOnDisk(where, id)}, ${lives})`;
  });
  const more = ids.length > named.length ? ` and ${ids.length - named.length} more` : '';
  const said = `attempts of runs that are not in the database lie in ${where.runs}: ${named.join(', ')}${more}. dogwatch does nothing with them, and never uses their numbers again`;
  const remedy = `a backup that knows them: dogwatch restore FILE. Else read their logs there, begin the job anew with dogwatch run, and remove the directory`;
  return [warn('forgotten runs', said, living.length === 0 ? remedy : `end what lives: dogwatch doctor --end-strays. Then ${remedy}`)];
}

function unknownOf(where: Layout): readonly string[] {
  try {
    const reader = openReader(where);
    try {
      return runsOnDisk(where).filter((id) => highestOnDisk(where, id) > 0 && !reader.knows(id));
    } finally {
      reader.close();
    }
  } catch (error) {
    // Why it can't be read is said elsewhere; what it knows is unknown then.
    if (error instanceof StoreError) return [];
    throw error;
  }
}
