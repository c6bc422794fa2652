import { readSettings, type SettingsRead } from '../../settings/read.ts';
import { printSetting, SETTINGS, type SettingKey, type Settings } from '../../settings/settings.ts';
import { stateDirectory } from '../../settings/state-directory.ts';
import { StoreError } from '../../store/directory/error.ts';
import { layout } from '../../store/directory/layout.ts';
import { readProcFile } from '../../system/proc-file.ts';
import { managerFor } from '../../units/service-for.ts';
import { leaseHolder, watchdogNow } from './watchdog.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The watchdog of this shell's state directory, and the variables that it was started with. */
export type LivingWatchdog =
  | { readonly kind: 'none' }
  /** It cannot be determined whether one is running. */
  | { readonly kind: 'unknown'; readonly because: string }
  /** `variables` is null if they cannot be read. */
  | { readonly kind: 'lives'; readonly pid: number; readonly since: string; readonly variables: Variables | null };

export function livingWatchdog(env: NodeJS.ProcessEnv): LivingWatchdog {
  const directory = stateDirectory(env);
  // An invalid setting is reported elsewhere.
  if (directory === null) return { kind: 'none' };
  try {
    const watchdog = watchdogNow(leaseHolder(layout(directory)));
    return watchdog === null ? { kind: 'none' } : { kind: 'lives', ...watchdog, variables: variablesOf(watchdog.pid, directory) };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { kind: 'unknown', because: error.message };
  }
}

/**
 * Returns the variables that the watchdog of a state directory was started with, or null if they
 * cannot be read. However it got the directory, paths inside it are the same for this shell.
 */
function variablesOf(pid: number, stateDir: string): Variables | null {
  const bytes = readProcFile(`/proc/${pid}/environ`);
  if (bytes === null) return null;
  const words = bytes.toString('utf8').split('\0');
  const variables = Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
  return { ...variables, DOGWATCH_STATE_DIR: stateDir };
}

/** A setting of the watchdog that has another value in this shell. Contains no secrets. */
export interface OtherSetting {
  readonly key: SettingKey;
  readonly name: string;
  readonly here: string;
  readonly watchdog: string;
}

/** A watchdog asks no other hosts. */
const NOT_COMPARED: SettingKey = 'fleetSsh';

/** Returns the settings of the host that differ between this shell and the watchdog. */
export function otherSettings(ours: SettingsRead, theirs: SettingsRead): readonly OtherSetting[] {
  const differing = (key: SettingKey): OtherSetting[] => {
    if (SETTINGS[key].scope === 'run' || key === NOT_COMPARED) return [];
    const [here, there] = [printSetting(key, ours.settings[key]), printSetting(key, theirs.settings[key])];
    if (here !== there) return [{ key, name: SETTINGS[key].name, here, watchdog: there }];
    return isSameInside(ours.settings, theirs.settings, key)
      ? []
      : [{ key, name: SETTINGS[key].name, here, watchdog: `${there} (with another key or address)` }];
  };
  return (Object.keys(SETTINGS) as SettingKey[]).flatMap(differing);
}

/** Compares values including their secrets, which are never printed. */
const isSameInside = (ours: Settings, theirs: Settings, key: SettingKey): boolean =>
  JSON.stringify(ours[key]) === JSON.stringify(theirs[key]);

/**
 * Returns a sentence about settings that this shell sets and that differ from the watchdog's, or
 * null if there are none or the watchdog's cannot be read. Settings that this shell does not set
 * are ignored: it need not know how the watchdog was started.
 */
export function differenceInWords(watchdogPid: number, env: NodeJS.ProcessEnv): string | null {
  const ours = readSettings(env);
  const variables = variablesOf(watchdogPid, ours.settings.stateDir);
  if (variables === null) return null;
  const names = otherSettings(ours, readSettings(variables))
    .filter(({ key }) => ours.sources[key] === 'environment' && SETTINGS[key].scope === 'host')
    .map(({ name }) => name);
  if (names.length === 0) return null;
  return `${names.join(', ')} of this shell ${names.length === 1 ? 'differs' : 'differ'} from the setting of the watchdog (process ${watchdogPid}), which applies`;
}

/** Returns a sentence on how to give the watchdog the settings of this shell. */
export function handOver(env: NodeJS.ProcessEnv): string {
  const manager = managerFor(stateDirectory(env) ?? '');
  if (manager === null)
    return '`dogwatch watch --replace --detach` replaces it with a watchdog that has the settings of this shell; the agents keep running';
  const systemctl = manager === 'user' ? 'systemctl --user' : 'systemctl';
  const file = manager === 'user' ? '~/.config/dogwatch/dogwatch.env' : '/etc/dogwatch/dogwatch.env';
  return `it is a service: put the settings into ${file}, then \`${systemctl} restart dogwatch\`; the agents keep running`;
}
