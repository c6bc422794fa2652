import { isBooted, type Manager, properties, systemctl } from '../system/systemd/systemctl.ts';
import { WATCHDOG } from './units.ts';

const STATE = 'DOGWATCH_STATE_DIR=';

/** The manager whose watchdog serves this state directory, or null if there is none. */
export function managerFor(stateDir: string): Manager | null {
  if (!isBooted()) return null;
  const serves = (manager: Manager): boolean => {
    const known = properties(manager, WATCHDOG, ['LoadState', 'Environment']);
    return known.get('LoadState') === 'loaded' && isFor(known.get('Environment') ?? '', stateDir);
  };
  return (['user', 'system'] as const).find(serves) ?? null;
}

/** The state directories that this machine's watchdog services use. */
export function serviceDirectories(): readonly string[] {
  if (!isBooted()) return [];
  return (['user', 'system'] as const).flatMap((manager) => {
    const known = properties(manager, WATCHDOG, ['LoadState', 'Environment']);
    const directory = known.get('LoadState') === 'loaded' ? directoryIn(known.get('Environment') ?? '') : null;
    return directory === null ? [] : [directory];
  });
}

/**
 * Whether these variables, as `systemctl show` prints them, name this state directory. The last one
 * counts.
 */
export const isFor = (environment: string, stateDir: string): boolean => directoryIn(environment) === stateDir;

function directoryIn(environment: string): string | null {
  const assignments = environment.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const bare = assignments.map((one) => (one.startsWith('"') ? one.slice(1, -1).replaceAll(/\\(.)/g, '$1') : one));
  return bare.findLast((one) => one.startsWith(STATE))?.slice(STATE.length) ?? null;
}

/**
 * Starts the watchdog as a service, if there is one for this state directory and this user may
 * start it. Returns whether it is running.
 */
export function startService(stateDir: string): boolean {
  const manager = managerFor(stateDir);
  return manager !== null && systemctl(manager, ['start', WATCHDOG]).status === 0;
}
