import { inWords, readSettings, type SettingProblem } from '../../settings/read.ts';
import type { Settings } from '../../settings/settings.ts';
import { EXIT_CONFIGURATION, Problem } from '../terminal/problem.ts';

/** Settings that can't be used, all of them at once. */
export class SettingsError extends Problem {
  constructor(problems: readonly SettingProblem[]) {
    const parts = problems.map(({ name, ...explanation }) => new Problem(EXIT_CONFIGURATION, name, explanation));
    super(EXIT_CONFIGURATION, parts.length === 1 ? 'a setting is not valid' : `${parts.length} settings are not valid`, {}, parts);
  }
}

/** The settings for a command that needs them: throws a SettingsError when any is bad, and warns of names that are none. */
export function loadSettings(env: NodeJS.ProcessEnv, warn: (line: string) => void): Settings {
  const { settings, problems, unknown } = readSettings(env);
  for (const name of unknown) warn(inWords(name));
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}
