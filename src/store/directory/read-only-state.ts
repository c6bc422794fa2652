import { accessSync, constants } from 'node:fs';
import { StoreError } from './error.ts';
import type { Layout } from './layout.ts';

/** Nobody can write to the filesystem of the state, whoever he is: it was mounted so, or an error of the disk has made it so. */
export function isReadOnlyState({ stateDir }: Pick<Layout, 'stateDir'>): boolean {
  try {
    accessSync(stateDir, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

/** What is open already may still be written to through a mount that is read-only; what is started needs files of its own. */
export function refuseReadOnly(where: Pick<Layout, 'stateDir'>): void {
  if (isReadOnlyState(where)) throw new StoreError('unwritable', readOnlyInWords(where));
}

export const readOnlyInWords = ({ stateDir }: Pick<Layout, 'stateDir'>): string =>
  `the state directory ${stateDir} is on a filesystem that is read-only: nothing is started, ended or charged until it can be written to again (mount -o remount,rw …); agents that live go on`;
