import { MARK_VARIABLE } from '../system/process-marks.ts';

export type Environment = Readonly<Record<string, string>>;

const NOT_INHERITED = /^(DOGWATCH_ATTEMPT|DOGWATCH_RUN|NOTIFY_SOCKET|WATCHDOG_.*)$/;
/** What `execvp` searches where no PATH is given. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** The variables without those that belong to one attempt, or to systemd's talk with one service: whatever is not that attempt gets these. */
export function cleanEnvironment(environment: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !NOT_INHERITED.test(name)) clean[name] = value;
  }
  return clean;
}

/** What an attempt's processes find in their environment: the run's own variables, the mark, and the way to `dogwatch`. */
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
    PATH: `${clean.PATH || DEFAULT_PATH}:${plan.extraPath}`,
  };
}
