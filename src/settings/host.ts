import { join } from 'node:path';
import type { LeaseTimes } from '../core/fleet/times.ts';
import type { Scope, Setting } from './setting.ts';
import { defaultStateDirectory, stateDirectory } from './state-directory.ts';
import { duration, fallbackOf, labels, natsUrls, path, type SettingType, sshHosts } from './types.ts';

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
  fleetRenewMs: hostSetting(
    'DOGWATCH_FLEET_RENEW',
    duration({ leastMs: 200 }),
    '10s',
    'How often this host shows its fleet that it lives.',
  ),
  fleetFenceMs: hostSetting(
    'DOGWATCH_FLEET_FENCE',
    duration({ leastMs: 600 }),
    '30s',
    'A host that could not show for this long that it lives gives up what it has of the fleet: at least three times DOGWATCH_FLEET_RENEW.',
  ),
  fleetTakeMs: hostSetting(
    'DOGWATCH_FLEET_TAKE',
    duration({ leastMs: 1000 }),
    '60s',
    'A host that is not heard of for this long is silent: people are notified, and another host takes over its duty. The same on all hosts.',
  ),
  fleetSsh: hostSetting(
    'DOGWATCH_FLEET_SSH',
    sshHosts(),
    'none',
    'The hosts that `dogwatch fleet status` asks by ssh, separated by commas; . is this machine.',
  ),
} as const;

/** Ending an attempt takes its grace, the signal after it, and the proof that it is gone. */
const PROOF_MS = 2000;

export const timesFrom = ({ fleetRenewMs: renewMs, fleetFenceMs: fenceMs, fleetTakeMs: takeMs, graceMs }: FleetTimes): LeaseTimes => ({
  ...{ renewMs, fenceMs, takeMs },
  endMs: graceMs + PROOF_MS,
});

interface FleetTimes {
  readonly fleetRenewMs: number;
  readonly fleetFenceMs: number;
  readonly fleetTakeMs: number;
  readonly graceMs: number;
}
