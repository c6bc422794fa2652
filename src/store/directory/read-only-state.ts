import { accessSync, constants } from 'node:fs';
import { StoreError } from './error.ts';
import type { Layout } from './layout.ts';

/**
 * Whether the state's filesystem is read-only for everybody: mounted that way, or remounted after a
 * disk error.
 */
export function isReadOnlyState({ stateDir }: Pick<Layout, 'stateDir'>): boolean {
  try {
    accessSync(stateDir, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

/**
 * Files that are already open may still be writable through a read-only mount, but whatever is
 * started needs new files.
 */
export function refuseReadOnly(where: Pick<Layout, 'stateDir'>): void {
  if (isReadOnlyState(where)) throw new StoreError('unwritable', readOnlyInWords(where));
}

export const readOnlyInWords = ({ stateDir }: Pick<Layout, 'stateDir'>): string =>
  `the state directory ${stateDir} is on a read-only filesystem: nothing is started, ended or charged until it is writable again (mount -o remount,rw …); running agents continue`;
