import { isOver } from '../../core/model/run.ts';
import { counted } from '../../core/values/counted.ts';
import { stateDirectory } from '../../settings/state-directory.ts';
import { StoreError } from '../../store/directory/error.ts';
import { layout } from '../../store/directory/layout.ts';
import { withReader } from '../../store/with-reader.ts';
import { withLocalTimes } from '../client/local-times.ts';
import { watchdogNow } from '../client/watchdog.ts';
import { differenceInWords, handOver } from '../client/watchdog-settings.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Checks the state itself, and whether a watchdog looks after the runs in it. */
export function checkStore(env: NodeJS.ProcessEnv): readonly Finding[] {
  const directory = stateDirectory(env);
  // Another check reports an invalid setting.
  if (directory === null) return [];
  try {
    return withReader(layout(directory), (reader) => {
      reader.inspect();
      const { runs, unreadable } = reader.newest();
      const active = runs.filter((run) => !isOver(run)).length;
      const watchdog = watchdogNow(reader.lease());
      const damaged = unreadable.map(({ id, name, state: was }) =>
        fail(
          'state',
          `the row of the run ${name} (${id}), which was ${was}, is damaged: dogwatch does nothing about this run`,
          'restore an older copy of the state (dogwatch restore FILE), or end its processes and start the job again under another name',
        ),
      );
      const state = [ok('state', `${counted(runs.length, 'run')}, ${active} of them active`), ...damaged];
      if (watchdog !== null) {
        const difference = differenceInWords(watchdog.pid, env);
        const other = difference === null ? [] : [warn('watchdog', difference, handOver(env))];
        return [...state, ok('watchdog', `process ${watchdog.pid}, since ${withLocalTimes(watchdog.since)}`), ...other];
      }
      if (active === 0) return [...state, ok('watchdog', 'none, and none is needed')];
      return [...state, warn('watchdog', `none is alive, nobody looks after ${counted(active, 'run')}`, 'start one: dogwatch watch')];
    });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [fail('state', error.message, 'see `dogwatch help trouble`')];
  }
}
