import { stateDirectory } from '../../settings/state-directory.ts';
import { type Layout, layout } from '../../store/directory/layout.ts';
import { EXIT_CONFIGURATION, Problem } from '../terminal/problem.ts';

/**
 * Returns the paths in the state directory that this command works on. Throws a Problem if the
 * setting is invalid.
 */
export function openLayout(env: NodeJS.ProcessEnv = process.env): Layout {
  const directory = stateDirectory(env);
  if (directory !== null) return layout(directory);
  throw new Problem(EXIT_CONFIGURATION, 'DOGWATCH_STATE_DIR cannot be used', {
    expected: 'an absolute path',
    got: JSON.stringify(env.DOGWATCH_STATE_DIR),
    hint: 'for example DOGWATCH_STATE_DIR=/var/lib/dogwatch',
  });
}
