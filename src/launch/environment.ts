import { cleanEnvironment } from '../system/command/clean-environment.ts';
import { MARK_VARIABLE } from '../system/process/mark-in-environ.ts';

export type Environment = Readonly<Record<string, string>>;

/** What `execvp` searches if no PATH is set. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * The environment of an attempt's processes: the run's own variables, the mark, and the path of
 * `dogwatch`.
 */
export function attemptEnvironment(plan: {
  readonly environment: Environment;
  readonly mark: string;
  readonly runName: string;
  readonly stateDir: string;
  readonly extraPath: string;
}): Record<string, string> {
  const clean = cleanEnvironment(plan.environment);
  return {
    [MARK_VARIABLE]: plan.mark,
    ...clean,
    DOGWATCH_RUN: plan.runName,
    DOGWATCH_STATE_DIR: plan.stateDir,
    PATH: searchPath(clean, plan.extraPath),
  };
}

/** The PATH in which a run's command is looked up. */
export const searchPath = ({ PATH }: Readonly<Record<string, string | undefined>>, extraPath: string): string =>
  `${PATH || DEFAULT_PATH}:${extraPath}`;
