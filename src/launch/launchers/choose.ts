import type { Limits, RunSpec } from '../../core/model/run-spec.ts';
import { isService } from '../../system/process/control-group.ts';
import { ownManager } from '../../system/systemd/transient-unit.ts';
import type { Launcher } from './launcher.ts';
import { plain } from './process.ts';
import { systemdUnits } from './systemd-unit.ts';
import { tmuxWindows } from './tmux-windows.ts';

export interface ChosenLauncher {
  readonly launcher: Launcher;
  /** Why it is not the requested one, or null if it is. */
  readonly because: string | null;
}

export const NO_MANAGER = 'no systemd here starts units for this user';
export const NO_TMUX = 'tmux and setsid are not both on the PATH';

/**
 * The requested launcher, or plain processes if it is not available here and now. Limits need a
 * systemd unit.
 */
export function launcherFor({ launcher: wanted, limits }: Pick<RunSpec, 'launcher' | 'limits'>): ChosenLauncher {
  switch (wanted) {
    case 'process':
      return { launcher: plain, because: null };
    case 'auto':
      if (hasLimits(limits)) return orPlain(units(), `${NO_MANAGER}, and nothing else can enforce --memory and --cpu`);
      return { launcher: (isService() ? units() : null) ?? plain, because: null };
    case 'systemd':
      return orPlain(units(), NO_MANAGER);
    case 'tmux':
      return orPlain(tmuxWindows(), NO_TMUX);
  }
}

export const hasLimits = ({ memoryBytes, cpuPercent }: Limits): boolean => memoryBytes !== null || cpuPercent !== null;

function units(): Launcher | null {
  const manager = ownManager();
  return manager && systemdUnits(manager);
}

const orPlain = (launcher: Launcher | null, because: string): ChosenLauncher =>
  launcher === null ? { launcher: plain, because } : { launcher, because: null };
