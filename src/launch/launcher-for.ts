import type { RunSpec } from '../core/types.ts';
import { ownManager } from '../system/transient-unit.ts';
import type { Launcher } from './launcher.ts';
import { plain } from './plain.ts';
import { systemdUnits } from './systemd-unit.ts';
import { tmuxWindows } from './tmux-windows.ts';

export interface ChosenLauncher {
  readonly launcher: Launcher;
  /** Why it is not the one that was asked for; null: it is. */
  readonly because: string | null;
}

export const NO_MANAGER = 'no systemd here starts units for this user';
export const NO_TMUX = 'tmux and setsid are not both on the PATH';

/** The launcher that was asked for, or plain processes where it is not to be had here and now. */
export function launcherFor(wanted: RunSpec['launcher']): ChosenLauncher {
  switch (wanted) {
    case 'process':
      return { launcher: plain, because: null };
    case 'auto':
      return { launcher: units() ?? plain, because: null };
    case 'systemd':
      return orPlain(units(), NO_MANAGER);
    case 'tmux':
      return orPlain(tmuxWindows(), NO_TMUX);
  }
}

function units(): Launcher | null {
  const manager = ownManager();
  return manager && systemdUnits(manager);
}

const orPlain = (launcher: Launcher | null, because: string): ChosenLauncher =>
  launcher === null ? { launcher: plain, because } : { launcher, because: null };
