import { inWords, readSettings, type SettingProblem } from '../../settings/read.ts';
import type { Settings } from '../../settings/settings.ts';
import { EXIT_CONFIGURATION, Problem } from '../terminal/problem.ts';

/** All invalid settings, in one error. */
export class SettingsError extends Problem {
  constructor(problems: readonly SettingProblem[]) {
    const parts = problems.map(({ name, ...explanation }) => new Problem(EXIT_CONFIGURATION, name, explanation));
    super(EXIT_CONFIGURATION, parts.length === 1 ? 'a setting is not valid' : `${parts.length} settings are not valid`, {}, parts);
  }
}

/**
 * Reads the settings for a command that needs them. Throws a SettingsError if any is invalid, and
 * warns about unknown names.
 */
export function loadSettings(env: NodeJS.ProcessEnv, warn: (line: string) => void): Settings {
  const { settings, problems, unknown } = readSettings(env);
  for (const name of unknown) warn(inWords(name));
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}
