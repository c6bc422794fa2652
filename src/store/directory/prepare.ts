import { chmodSync, existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError, storeError } from './error.ts';
import type { Layout } from './layout.ts';
import { ELSEWHERE, type Unsafe, whyUnsafe } from './safe-place.ts';

/**
 * Makes the directories of the state that are missing, for this user only. What lies there holds keys, requests that are followed and programs that
 * agents find: a state directory that others may write to or move away, or that somebody else has put there in time, is refused. Throws StoreError.
 */
export function prepareStateDirectory(where: Layout): void {
  try {
    refuseUnsafe(where.stateDir);
    make(where.stateDir);
    for (const directory of [where.inbox, where.environments, where.runs]) {
      make(directory);
      keepPrivate(directory);
    }
  } catch (error) {
    throw storeError(error, where.stateDir);
  }
}

/** With all above it, one at a time: Node's own way of it never ends where a filesystem denies the existence of a parent that is there. */
function make(directory: string): void {
  if (isDirectory(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory && !existsSync(parent)) make(parent);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!isDirectory(directory)) throw error;
  }
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function refuseUnsafe(directory: string): void {
  const why = whyUnsafe(directory);
  if (why !== null) throw unsafe(directory, why);
}

/** A link of ours may lead to another disk; what it leads to has to be ours as well. */
function keepPrivate(directory: string): void {
  const stats = statSync(directory);
  const uid = process.getuid?.();
  const theirs = [lstatSync(directory), stats].find((one) => one.uid !== uid);
  if (theirs !== undefined) throw stranger(directory, theirs.uid);
  if ((stats.mode & 0o077) !== 0) chmodSync(directory, 0o700);
}

const stranger = (directory: string, uid: number): StoreError =>
  unsafe(directory, {
    expected: `one of user ${process.getuid?.()}`,
    got: `one of user ${uid}`,
    remedy: `run as that user, or ${ELSEWHERE}`,
  });

const unsafe = (directory: string, { expected, got, remedy }: Unsafe): StoreError =>
  new StoreError('unwritable', `the state can't be kept safely in ${directory}: expected ${expected}, got ${got}. Remedy: ${remedy}`);
