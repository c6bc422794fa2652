import { readSettings, type SettingsRead } from '../../settings/read.ts';
import { printSetting, SETTINGS, type SettingKey, type Settings } from '../../settings/settings.ts';
import { stateDirectory } from '../../settings/state-directory.ts';
import { StoreError } from '../../store/directory/error.ts';
import { layout } from '../../store/directory/layout.ts';
import { readProcFile } from '../../system/proc-file.ts';
import { managerFor } from '../../units/service-for.ts';
import { leaseHolder, watchdogNow } from './watchdog.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The watchdog of this shell's state directory, and what it was started with. */
export type LivingWatchdog =
  | { readonly kind: 'none' }
  /** Whether one is at work can't be seen. */
  | { readonly kind: 'unknown'; readonly because: string }
  /** `variables` null: its own can't be read. */
  | { readonly kind: 'lives'; readonly pid: number; readonly since: string; readonly variables: Variables | null };

export function livingWatchdog(env: NodeJS.ProcessEnv): LivingWatchdog {
  const directory = stateDirectory(env);
  // What is wrong with the setting is said elsewhere.
  if (directory === null) return { kind: 'none' };
  try {
    const watchdog = watchdogNow(leaseHolder(layout(directory)));
    return watchdog === null ? { kind: 'none' } : { kind: 'lives', ...watchdog, variables: variablesOf(watchdog.pid) };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { kind: 'unknown', because: error.message };
  }
}

/** What a process was started with; null: it can't be read. */
function variablesOf(pid: number): Variables | null {
  const bytes = readProcFile(`/proc/${pid}/environ`);
  if (bytes === null) return null;
  const words = bytes.toString('utf8').split('\0');
  return Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}

/** A setting that is the watchdog's to use, and another one here. Nothing secret is in it. */
export interface OtherSetting {
  readonly key: SettingKey;
  readonly name: string;
  readonly here: string;
  readonly watchdog: string;
}

/** The settings of the host that differ between this shell and the watchdog. */
export function otherSettings(ours: SettingsRead, theirs: SettingsRead): readonly OtherSetting[] {
  const differing = (key: SettingKey): OtherSetting[] => {
    if (SETTINGS[key].scope === 'run' || key === 'stateDir') return [];
    const [here, there] = [printSetting(key, ours.settings[key]), printSetting(key, theirs.settings[key])];
    if (here !== there) return [{ key, name: SETTINGS[key].name, here, watchdog: there }];
    return isSameInside(ours.settings, theirs.settings, key)
      ? []
      : [{ key, name: SETTINGS[key].name, here, watchdog: `${there} (with another key or address)` }];
  };
  return (Object.keys(SETTINGS) as SettingKey[]).flatMap(differing);
}

/** Also what is never printed. */
const isSameInside = (ours: Settings, theirs: Settings, key: SettingKey): boolean =>
  JSON.stringify(ours[key]) === JSON.stringify(theirs[key]);

/**
 * Settings that this shell has set and the watchdog has otherwise, for a person; null: there are none, or its own can't be read. What
 * this shell does not say does not count: it may well know nothing of what the watchdog was started with.
 */
export function differenceInWords(watchdogPid: number, env: NodeJS.ProcessEnv): string | null {
  const variables = variablesOf(watchdogPid);
  if (variables === null) return null;
  const ours = readSettings(env);
  const names = otherSettings(ours, readSettings(variables))
    .filter(({ key }) => ours.sources[key] === 'environment' && SETTINGS[key].scope === 'host')
    .map(({ name }) => name);
  if (names.length === 0) return null;
  return `${names.join(', ')} of this shell ${names.length === 1 ? 'is' : 'are'} not what the watchdog has (process ${watchdogPid}), which decides`;
}

/** How the watchdog of a state directory gets the settings of this shell. */
export function handOver(env: NodeJS.ProcessEnv): string {
  const manager = managerFor(stateDirectory(env) ?? '');
  if (manager === null)
    return '`dogwatch watch --replace --detach` hands it over to a watchdog with the settings of this shell; the agents live on';
  const systemctl = manager === 'user' ? 'systemctl --user' : 'systemctl';
  const file = manager === 'user' ? '~/.config/dogwatch/dogwatch.env' : '/etc/dogwatch/dogwatch.env';
  return `it is a service: put them into ${file}, then \`${systemctl} restart dogwatch\`; the agents live on`;
}
