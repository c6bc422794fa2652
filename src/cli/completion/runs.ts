import { isActive } from '../../core/model/run.ts';
import { stateDirectory } from '../../settings/state-directory.ts';
import { layout } from '../../store/directory/layout.ts';
import { withReader } from '../../store/with-reader.ts';
import type { Candidate } from './candidate.ts';

/** The names of runs with their states, active ones first. None if the state cannot be read. */
export function runsToComplete(env: NodeJS.ProcessEnv): Candidate[] {
  try {
    const directory = stateDirectory(env);
    if (directory === null) return [];
    const runs = withReader(layout(directory), (reader) => reader.runs());
    const [active, over] = [runs.filter(isActive), runs.filter((run) => !isActive(run))];
    return [...active, ...over].map((run) => [run.name, run.state]);
  } catch {
    return [];
  }
}
