import { stateDirectory } from '../../settings/state-directory.ts';
import { layout } from '../../store/directory/layout.ts';
import { keptEnvironment } from '../../store/environment.ts';
import { activeRuns } from '../client/active-runs.ts';
import { type Finding, ok, warn } from './finding.ts';
import { noEvidence } from './no-evidence.ts';

/** More runs than this are not asked one by one. */
const MAX_RUNS = 50;

/** Whether it can be seen of each active run that its job moves forward. */
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
          `of ${name} there is no evidence to be had: ${why}`,
          'until then only its turns and tools count, for three budgets at most',
        ),
  );
  return blind.length > 0 || active.length === 0
    ? blind
    : [ok('progress', `it can be seen of ${active.length === 1 ? 'the active run' : `all ${active.length} active runs`}`)];
}
