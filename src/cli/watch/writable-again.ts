import { setTimeout } from 'node:timers/promises';
import type { Layout } from '../../store/directory/layout.ts';
import { isReadOnlyState } from '../../store/directory/read-only-state.ts';
import { monoMs } from '../../system/process/process.ts';
import type { ServiceManager } from '../../system/systemd/service-manager.ts';

const LOOK_EVERY_MS = 500;

/**
 * Waits until the state is writable again. Returns false if this process was asked to exit
 * meanwhile. Sends the service manager signs of life.
 */
export async function writableAgain(where: Layout, manager: ServiceManager | null, isEnding: () => boolean): Promise<boolean> {
  let signalledMono = Number.NEGATIVE_INFINITY;
  for (; isReadOnlyState(where); await setTimeout(LOOK_EVERY_MS)) {
    if (isEnding()) return false;
    if (manager === null || monoMs() - signalledMono < manager.aliveEveryMs) continue;
    signalledMono = monoMs();
    await manager.tell(['READY=1', 'WATCHDOG=1', 'STATUS=on hold: the state directory is read-only']);
  }
  return !isEnding();
}
