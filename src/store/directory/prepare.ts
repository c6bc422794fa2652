import { chmodSync, existsSync, lstatSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StoreError, storeError } from './error.ts';
import type { Layout } from './layout.ts';
import { ELSEWHERE, type Unsafe, whyUnsafe } from './safe-place.ts';

/**
 * Creates the missing directories of the state, for this user only. They hold keys, requests that
 * will be carried out and programs that agents will find, so a state directory that others may
 * write to or move away, or that another user has put there, is refused. Throws StoreError.
 */
export function prepareStateDirectory(where: Layout): void {
  try {
    refuseUnsafe(where.stateDir);
    if (make(where.stateDir)) hideFromGit(where.stateDir);
    for (const directory of [where.inbox, where.environments, where.runs]) {
      make(directory);
      keepPrivate(directory);
    }
  } catch (error) {
    throw storeError(error, where.stateDir);
  }
}

/**
 * Keeps an agent's `git add --all` from committing keys if the directory is made in a worktree. One
 * that existed before may be a worktree itself, and is left as it is.
 */
const hideFromGit = (directory: string): void => writeFileSync(join(directory, '.gitignore'), '*\n', { mode: 0o600 });

/**
 * Creates it and its parents one at a time: Node's recursive mkdir never returns if a filesystem
 * denies that an existing parent exists. Returns false if it was there already.
 */
function make(directory: string): boolean {
  if (isDirectory(directory)) return false;
  const parent = dirname(directory);
  if (parent !== directory && !existsSync(parent)) make(parent);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!isDirectory(directory)) throw error;
    return false;
  }
  return true;
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function refuseUnsafe(directory: string): void {
  const why = whyUnsafe(directory);
  if (why !== null) throw unsafe(directory, why);
}

/** A link of ours may lead to another disk; its target must be ours as well. */
function keepPrivate(directory: string): void {
  const stats = statSync(directory);
  const uid = process.getuid?.();
  const theirs = [lstatSync(directory), stats].find((one) => one.uid !== uid);
  if (theirs !== undefined) throw stranger(directory, theirs.uid);
  if ((stats.mode & 0o077) !== 0) chmodSync(directory, 0o700);
}

const stranger = (directory: string, uid: number): StoreError =>
  unsafe(directory, {
    expected: `one owned by user ${process.getuid?.()}`,
    got: `one owned by user ${uid}`,
    remedy: `run as that user, or ${ELSEWHERE}`,
  });

const unsafe = (directory: string, { expected, got, remedy }: Unsafe): StoreError =>
  new StoreError('unwritable', `the state can't be kept safely in ${directory}: expected ${expected}, got ${got}. Remedy: ${remedy}`);
