import { errorMessage } from '../../core/values/error-message.ts';
import { inTime } from '../deadline.ts';
import { nearestDevice } from './device.ts';
import { mountOf, mounts } from './mounts.ts';
import { type Space, spaceAt } from './probe.ts';

/** The space on the filesystem that a path is on. */
export type DiskSpace =
  | (Omit<Space, 'availableInodes'> & {
      readonly kind: 'measured';
      /** Null if this filesystem has no fixed number of inodes. */
      readonly availableInodes: number | null;
      /** The same text for all paths on one filesystem. */
      readonly device: string;
    })
  | { readonly kind: 'unknown'; readonly because: string };

/**
 * A network filesystem whose server is gone may never answer; without a limit each look would block
 * another thread.
 */
const DEADLINE_MS = 5000;

const inFlight = new Map<string, Promise<DiskSpace>>();

/**
 * The free space at a path, or where it will be created. Concurrent calls for the same path share
 * one look.
 */
export async function diskSpace(path: string): Promise<DiskSpace> {
  const look = inFlight.get(path) ?? measure(path).finally(() => inFlight.delete(path));
  inFlight.set(path, look);
  return (await inTime(look, DEADLINE_MS)) ?? { kind: 'unknown', because: `no answer within ${DEADLINE_MS} ms` };
}

async function measure(path: string): Promise<DiskSpace> {
  try {
    const mounted = mounts();
    const on = mountOf(
      path,
      mounted.map(({ point }) => point),
    );
    if (mounted.some(({ point, isLocal }) => point === on && !isLocal)) await (await import('./df.ts')).knock(on);
    const { there, device } = await nearestDevice(path);
    const space = await spaceAt(there, device);
    return { kind: 'measured', ...space, availableInodes: space.totalInodes === 0 ? null : space.availableInodes, device };
  } catch (error) {
    return { kind: 'unknown', because: errorMessage(error).trim() };
  }
}
