import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import type { Layout } from './layout.ts';
import { StoreError, storeError } from './store-error.ts';

/**
 * Makes the directories of the state that are missing, for this user only. The state directory itself keeps its mode: it may be somebody's
 * /tmp. What lies in it holds keys, and requests that are followed: a directory that somebody else has put there in time is refused. Throws
 * StoreError.
 */
export function prepareStateDirectory(where: Layout): void {
  make(where.stateDir);
  refuseOpen(where.stateDir);
  for (const directory of [where.inbox, where.environments, where.runs]) {
    make(directory);
    keepPrivate(directory);
  }
}

function make(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw storeError(error, directory);
  }
}

/** In a directory that all may write to, without the sticky bit, anybody can replace anything. */
function refuseOpen(directory: string): void {
  const { mode } = statSync(directory);
  if ((mode & 0o002) === 0 || (mode & 0o1000) !== 0) return;
  throw unsafe(directory, 'a directory that others can not write to', 'one that everybody can', `chmod 700 ${directory}`);
}

/** A link of ours may lead to another disk; what it leads to has to be ours as well. */
function keepPrivate(directory: string): void {
  const stats = statSync(directory);
  const uid = process.getuid?.();
  const stranger = [lstatSync(directory), stats].find((one) => one.uid !== uid);
  if (stranger !== undefined)
    throw unsafe(directory, `one of user ${uid}`, `one of user ${stranger.uid}`, 'run as that user, or with another DOGWATCH_STATE_DIR');
  if ((stats.mode & 0o077) !== 0) chmodSync(directory, 0o700);
}

const unsafe = (directory: string, expected: string, came: string, remedy: string): StoreError =>
  new StoreError('unwritable', `the state can't be kept safely in ${directory}: expected ${expected}, came ${came}. Remedy: ${remedy}`);
