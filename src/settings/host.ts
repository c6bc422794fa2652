import type { Scope, Setting } from './setting.ts';
import { fallbackOf, type SettingType, sshHosts } from './types.ts';

/** `fallback` as text is read when it is needed: few commands need all settings. */
export const setting = <T>(
  name: Setting<T>['name'],
  scope: Scope,
  type: SettingType<T>,
  fallback: string | Setting<T>['fallback'],
  meaning: string,
): Setting<T> => ({
  name,
  scope,
  type,
  fallback: typeof fallback === 'function' ? fallback : () => fallbackOf(type, fallback),
  meaning,
});

/** A setting of the host, which no run can override. */
export const hostSetting = <T>(
  name: Setting<T>['name'],
  type: SettingType<T>,
  fallback: string | Setting<T>['fallback'],
  meaning: string,
): Setting<T> => setting(name, 'host', type, fallback, meaning);

/** Other hosts. */
export const FLEET_SETTINGS = {
  fleetSsh: hostSetting(
    'DOGWATCH_FLEET_SSH',
    sshHosts(),
    'none',
    'The hosts that `dogwatch fleet status` asks by ssh, separated by commas; . is this machine.',
  ),
} as const;
