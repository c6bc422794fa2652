import * as z from 'zod/mini';
import type { Setting } from './setting.ts';
import { type SettingType, sshHosts } from './types.ts';

/** A setting of the host, which no run can override. */
export const hostSetting = <T>(
  name: Setting<T>['name'],
  type: SettingType<T>,
  fallback: string | Setting<T>['fallback'],
  meaning: string,
): Setting<T> => ({
  name,
  scope: 'host',
  type,
  fallback: typeof fallback === 'function' ? fallback : () => z.decode(type.codec, fallback),
  meaning,
});

/** Other hosts. */
export const FLEET_SETTINGS = {
  fleetSsh: hostSetting(
    'DOGWATCH_FLEET_SSH',
    sshHosts(),
    'none',
    'The hosts that `dogwatch fleet status` asks by ssh, separated by commas; . is this machine.',
  ),
} as const;
