import { existsSync } from 'node:fs';
import { stateDirectory } from '../../settings/state-directory.ts';
import { userName } from '../../system/process/user-name.ts';
import { isBooted, type Manager, properties, systemdVersion } from '../../system/systemd/systemctl.ts';
import { managerFor } from '../../units/service-for.ts';
import { GATE_TIMER, WATCHDOG } from '../../units/units.ts';
import { type Finding, ok, warn } from './finding.ts';

/** logind keeps the managers of these users running while they have no session. */
const LINGERERS = '/var/lib/systemd/linger';

/** Checks whether the watchdog is started after a reboot, and restarted when it dies. */
export function checkService(env: NodeJS.ProcessEnv): readonly Finding[] {
  if (!isBooted())
    return [
      warn('service', 'systemd is not running here: nothing starts a watchdog after a reboot', 'run `dogwatch supervise` hourly with cron'),
    ];
  const stateDir = stateDirectory(env);
  // Another check reports an invalid setting.
  if (stateDir === null) return [];
  const manager = managerFor(stateDir);
  return manager === null ? [none(stateDir)] : [watchdog(manager), gate(manager), ...(manager === 'user' ? [linger()] : [])];
}

/**
 * A service for another state directory is the most likely reason why a command does not see the
 * runs.
 */
function none(stateDir: string): Finding {
  const others = (['user', 'system'] as const).filter((manager) => property(manager, WATCHDOG, 'LoadState') === 'loaded');
  if (others.length === 0)
    return warn('service', 'no service is installed: nothing starts a watchdog after a reboot', 'dogwatch systemd install (see --help)');
  return warn(
    'service',
    `the service of the ${others.join(' and the ')} manager does not use ${stateDir}`,
    `set DOGWATCH_STATE_DIR to what \`systemctl ${others[0] === 'user' ? '--user ' : ''}cat ${WATCHDOG}\` says`,
  );
}

function watchdog(manager: Manager): Finding {
  const systemctl = manager === 'user' ? 'systemctl --user' : 'sudo systemctl';
  const state = property(manager, WATCHDOG, 'ActiveState');
  const said = `${WATCHDOG} of the ${manager} manager (systemd ${systemdVersion()}) is ${state}`;
  if (state !== 'active') return warn('service', said, `${systemctl} start ${WATCHDOG}; journalctl -u ${WATCHDOG} says why it ended`);
  if (/^enabled/.test(property(manager, WATCHDOG, 'UnitFileState'))) return ok('service', said);
  return warn('service', `${said}, but does not start at boot`, `${systemctl} enable ${WATCHDOG}`);
}

function gate(manager: Manager): Finding {
  if (property(manager, GATE_TIMER, 'ActiveState') === 'active') return ok('gate', `${GATE_TIMER} is active`);
  return warn('gate', `${GATE_TIMER} is not active`, `systemctl ${manager === 'user' ? '--user ' : ''}enable --now ${GATE_TIMER}`);
}

function linger(): Finding {
  const username = userName();
  if (existsSync(`${LINGERERS}/${username}`)) return ok('linger', `the manager of ${username} keeps running after the last logout`);
  return warn('linger', 'the service stops when you log out, and is not started at boot', `loginctl enable-linger ${username}`);
}

const property = (manager: Manager, unit: string, name: string): string => properties(manager, unit, [name]).get(name) ?? '';
