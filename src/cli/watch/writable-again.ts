import { setTimeout } from 'node:timers/promises';
import type { Layout } from '../../store/directory/layout.ts';
import { isReadOnlyState } from '../../store/directory/read-only-state.ts';
import { monoMs } from '../../system/process/process.ts';
import type { ServiceManager } from '../../system/systemd/service-manager.ts';

const LOOK_EVERY_MS = 500;

/**
 * Waits until the state can be written to again; false: this process was told to end meanwhile. The
 * service manager hears that it lives.
 */
export async function writableAgain(where: Layout, manager: ServiceManager | null, isEnding: () => boolean): Promise<boolean> {
  let toldMono = Number.NEGATIVE_INFINITY;
  for (; isReadOnlyState(where); await setTimeout(LOOK_EVERY_MS)) {
    if (isEnding()) return false;
    if (manager === null || monoMs() - toldMono < manager.aliveEveryMs) continue;
    toldMono = monoMs();
    await manager.tell(['READY=1', 'WATCHDOG=1', 'STATUS=holds everything: the state directory is read-only']);
  }
  return !isEnding();
}
