import type { RunSpec } from '../core/types.ts';
import { ownManager } from '../system/transient-unit.ts';
import type { Launcher } from './launcher.ts';
import { plain } from './plain.ts';
import { systemdUnits } from './systemd-unit.ts';

export interface ChosenLauncher {
  readonly launcher: Launcher;
  /** Why it is not the one that was asked for; null: it is. */
  readonly because: string | null;
}

/** The launcher that was asked for, or plain processes where it is not to be had here and now. */
export function launcherFor(wanted: RunSpec['launcher']): ChosenLauncher {
  if (wanted === 'process') return { launcher: plain, because: null };
  const manager = ownManager();
  if (manager !== null) return { launcher: systemdUnits(manager), because: null };
  return { launcher: plain, because: wanted === 'auto' ? null : NO_MANAGER };
}

export const NO_MANAGER = 'no systemd here starts units for this user';
