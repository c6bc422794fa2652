import { readSettings } from '../settings/read-settings.ts';
import { printSetting, SETTINGS, type SettingKey } from '../settings/settings.ts';
import { readProcFile } from '../system/proc-file.ts';

/** Settings of the host that are another thing to the living watchdog than to this shell, by name; null: its own can't be read. */
export function differingSettings(watchdogPid: number, env: NodeJS.ProcessEnv): readonly string[] | null {
  const bytes = readProcFile(`/proc/${watchdogPid}/environ`);
  if (bytes === null) return null;
  const words = bytes.toString('utf8').split('\0');
  const theirs = readSettings(
    Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)])),
  );
  const ours = readSettings(env);
  // Only what this shell says counts: it may well say nothing of what the watchdog was started with.
  const differs = (key: SettingKey) =>
    SETTINGS[key].scope === 'host' &&
    key !== 'stateDir' &&
    ours.sources[key] === 'environment' &&
    printSetting(key, ours.settings[key]) !== printSetting(key, theirs.settings[key]);
  return (Object.keys(SETTINGS) as SettingKey[]).filter(differs).map((key) => SETTINGS[key].name);
}

/** The same for a person; null: nothing differs. */
export function differenceInWords(watchdogPid: number, env: NodeJS.ProcessEnv): string | null {
  const names = differingSettings(watchdogPid, env);
  if (names === null || names.length === 0) return null;
  return `${names.join(', ')} of this shell ${names.length === 1 ? 'is' : 'are'} not what the watchdog has (process ${watchdogPid}), which decides`;
}

export const HAND_OVER =
  '`dogwatch watch --replace --detach` hands it over to a watchdog with the settings of this shell; the agents live on';
