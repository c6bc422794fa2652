import { nobodyAsked } from '../../agents/nobody-asked.ts';
import { stateDirectory } from '../../settings/state-directory.ts';
import { layout } from '../../store/directory/layout.ts';
import { activeRuns } from '../client/active-runs.ts';
import { type Finding, warn } from './finding.ts';

/** Finds active runs that were to ask a person, and whose agent cannot. */
export function checkQuestions(env: NodeJS.ProcessEnv): readonly Finding[] {
  const directory = stateDirectory(env);
  if (directory === null) return [];
  return activeRuns(layout(directory)).flatMap(({ name, spec }) => {
    const why = nobodyAsked(spec);
    return why === null
      ? []
      : warn('questions', `${name}: ${why}`, `nothing has to be done; \`dogwatch set ${name} DOGWATCH_ASK=0\` ends this warning`);
  });
}
