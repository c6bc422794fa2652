import { join } from 'node:path';
import type { Scope, Setting } from './setting.ts';
import { defaultStateDirectory, stateDirectory } from './state-directory.ts';
import { fallbackOf, labels, natsUrls, path, type SettingType, sshHosts } from './types.ts';

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
  fleetUrls: hostSetting(
    'DOGWATCH_FLEET',
    natsUrls(),
    'none',
    'The NATS servers of the fleet that this host joined (`dogwatch fleet join`), separated by commas; none: it acts alone.',
  ),
  fleetCredentials: hostSetting(
    'DOGWATCH_FLEET_CREDENTIALS',
    path(),
    (env) => join(stateDirectory(env) ?? defaultStateDirectory(env), 'fleet', 'credentials.json'),
    'The file with the keys of this host in its fleet, which `dogwatch fleet join` writes.',
  ),
  fleetLabels: hostSetting(
    'DOGWATCH_FLEET_LABELS',
    labels(),
    'none',
    'Labels of this host in its fleet, separated by commas; none: those of its invitation.',
  ),
  fleetSsh: hostSetting(
    'DOGWATCH_FLEET_SSH',
    sshHosts(),
    'none',
    'The hosts that `dogwatch fleet status` asks by ssh, separated by commas; . is this machine.',
  ),
} as const;
