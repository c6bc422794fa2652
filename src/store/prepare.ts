import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import type { Layout } from './layout.ts';
import { StoreError, storeError } from './store-error.ts';

/**
 * Makes the directories of the state that are missing, for this user only. What lies there holds keys, requests that are followed and programs that
 * agents find: a state directory that others may write to, or that somebody else has put there in time, is refused. Throws StoreError.
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

/** Who may write to it prepares the files that are not there yet, in a sticky one as well, and its owner may replace them all. */
function refuseOpen(directory: string): void {
  const { mode, uid } = statSync(directory);
  if ((mode & 0o002) !== 0)
    throw unsafe(directory, 'a directory that others can not write to', 'one that everybody can', `chmod 700 ${directory}, or ${ANOTHER}`);
  if (uid !== process.getuid?.() && uid !== ROOT) throw stranger(directory, uid);
}

/** A link of ours may lead to another disk; what it leads to has to be ours as well. */
function keepPrivate(directory: string): void {
  const stats = statSync(directory);
  const uid = process.getuid?.();
  const theirs = [lstatSync(directory), stats].find((one) => one.uid !== uid);
  if (theirs !== undefined) throw stranger(directory, theirs.uid);
  if ((stats.mode & 0o077) !== 0) chmodSync(directory, 0o700);
}

/** Can do anything in any case. */
const ROOT = 0;
const ANOTHER = 'set DOGWATCH_STATE_DIR to another';

const stranger = (directory: string, uid: number): StoreError =>
  unsafe(directory, `one of user ${process.getuid?.()}`, `one of user ${uid}`, `run as that user, or ${ANOTHER}`);

const unsafe = (directory: string, expected: string, came: string, remedy: string): StoreError =>
  new StoreError('unwritable', `the state can't be kept safely in ${directory}: expected ${expected}, came ${came}. Remedy: ${remedy}`);
