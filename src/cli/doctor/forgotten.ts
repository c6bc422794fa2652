import { highestOnDisk, runsOnDisk } from '../../launch/attempt/on-disk.ts';
import { stateDirectory } from '../../settings/state-directory.ts';
import { StoreError } from '../../store/directory/error.ts';
import { type Layout, layout } from '../../store/directory/layout.ts';
import { damagedAside } from '../../store/mend-database.ts';
import { withReader } from '../../store/with-reader.ts';
import { processesOfRuns } from '../../system/process/marks.ts';
import { type Finding, warn } from './finding.ts';

const MOST_NAMED = 8;

/**
 * Reports what the database has lost: a damaged database that was replaced by a copy, and runs that
 * have files but are not in the database.
 */
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
      `the database was damaged (${damage}); at ${at} it was replaced by the copy ${from}`,
      `see what was lost (dogwatch status, dogwatch history RUN); once you no longer need the damaged files: rm -r ${kept}`,
    ),
  );

function forgotten(where: Layout): readonly Finding[] {
  const ids = unknownOf(where);
  if (ids.length === 0) return [];
  const living = [...processesOfRuns(new Set(ids), where.stateDir).values()].flat();
  const named = ids.slice(0, MOST_NAMED).map((id) => {
    const pids = living.filter(({ mark }) => mark?.startsWith(`${id}/`)).map(({ pid }) => pid);
    const lives = pids.length === 0 ? 'no process is alive' : `process ${pids.join(', ')} is alive`;
    return `${id} (up to attempt ${highestOnDisk(where, id)}, ${lives})`;
  });
  const more = ids.length > named.length ? ` and ${ids.length - named.length} more` : '';
  const said = `${where.runs} contains attempts of runs that are not in the database: ${named.join(', ')}${more}. dogwatch leaves them alone and never reuses their numbers`;
  const remedy = `restore a backup that contains them: dogwatch restore FILE. If there is none, read their logs there, start the job again with dogwatch run, and remove the directory`;
  return [
    warn('forgotten runs', said, living.length === 0 ? remedy : `end the living processes: dogwatch doctor --end-strays. Then ${remedy}`),
  ];
}

function unknownOf(where: Layout): readonly string[] {
  try {
    return withReader(where, (reader) => runsOnDisk(where).filter((id) => highestOnDisk(where, id) > 0 && !reader.knows(id)));
  } catch (error) {
    // Another check reports why it cannot be read; which runs it contains is unknown then.
    if (error instanceof StoreError) return [];
    throw error;
  }
}
