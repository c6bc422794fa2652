import { LEASE_TIMES, whyUnsafe } from '../../../core/fleet/times.ts';
import { type Credentials, thisMachine } from '../../../fleet/member/credentials.ts';
import { type Finding, fail, ok, warn } from '../../doctor/finding.ts';
import { foreignMountOf } from './filesystem.ts';

/**
 * Whether the keys are of this machine: a cloned one, or one that shares its state, has those of
 * another.
 */
export function checkMachine({ machine, host }: Credentials): Finding {
  const here = thisMachine();
  if (machine === null || here === null)
    return warn('machine', 'its id is not known (/etc/machine-id), so a clone of it would not be noticed', 'run systemd-machine-id-setup');
  return machine === here
    ? ok('machine', `the one that joined as ${host}`)
    : fail(
        'machine',
        `not the one that joined as ${host}: a clone of it, or its state directory is shared`,
        'invite this machine under a name of its own, and join again',
      );
}

export const checkSetting = (fleetUrls: readonly string[]): Finding =>
  fleetUrls.length > 0
    ? ok('DOGWATCH_FLEET', fleetUrls.join(', '))
    : warn(
        'DOGWATCH_FLEET',
        'not set here: a watchdog with these variables acts alone',
        'set it for the watchdog, and restart that; `dogwatch fleet join` says to what',
      );

/** SQLite needs locks that work, and a host has its state alone. */
export function checkStateDirectory(stateDir: string): Finding {
  const foreign = foreignMountOf(stateDir);
  return foreign === null
    ? ok('state directory', `${stateDir}, on this machine`)
    : fail(
        'state directory',
        `${stateDir} is on a filesystem of another machine (${foreign}): hosts must not share one`,
        'set DOGWATCH_STATE_DIR to a local directory',
      );
}

export function checkLeaseTimes(times = LEASE_TIMES): Finding {
  const why = whyUnsafe(times);
  const { renewMs, fenceMs, takeMs } = times;
  const said = `renewed every ${renewMs / 1000} s, given up after ${fenceMs / 1000} s, taken after ${takeMs / 1000} s`;
  return why === null ? ok('lease times', said) : fail('lease times', `${said}: ${why}`, 'use the times that dogwatch was released with');
}
