import { stateDirectory } from '../../settings/state-directory.ts';
import { layout } from '../../store/directory/layout.ts';
import { keptEnvironment } from '../../store/environment.ts';
import { activeRuns } from '../client/active-runs.ts';
import { type Finding, ok, warn } from './finding.ts';
import { noEvidence } from './no-evidence.ts';

/** How many runs are checked at most. */
const MAX_RUNS = 50;

/** Checks whether there is evidence of progress for each active run. */
export async function checkEvidence(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const directory = stateDirectory(env);
  if (directory === null) return [];
  const where = layout(directory);
  const active = activeRuns(where).slice(0, MAX_RUNS);
  const looks = await Promise.all(
    active.map(async ({ name, spec }) => ({ name, why: await noEvidence(spec, keptEnvironment(where, spec.environmentFile) ?? env) })),
  );
  const blind = looks.flatMap(({ name, why }) =>
    why === null
      ? []
      : warn(
          'progress',
          `no evidence of progress is available for ${name}: ${why}`,
          'until this is fixed, only its turns and tools count as progress, for three budgets at most',
        ),
  );
  return blind.length > 0 || active.length === 0
    ? blind
    : [ok('progress', `evidence is available for ${active.length === 1 ? 'the active run' : `all ${active.length} active runs`}`)];
}
