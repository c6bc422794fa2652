import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockReclaim, type ReclaimLock } from '../../../src/store/lease/reclaim-lock.ts';
import { stateDirectory } from '../../kit/opened-store.ts';

test('only one process frees space at a time, and the other learns which', () => {
  const where = stateDirectory();
  const lock = (pid: number): ReclaimLock => lockReclaim(where, pid, () => false);
  const first = lock(41);
  expect(first.kind).toBe('ours');
  expect(lock(42)).toEqual({ kind: 'busy', pid: 41 });
  if (first.kind === 'ours') first.release();
  const second = lock(42);
  expect(second.kind).toBe('ours');
  expect(lock(43)).toEqual({ kind: 'busy', pid: 42 });
  if (second.kind === 'ours') second.release();
  expect(statSync(join(where.stateDir, 'reclaim.lock')).mode & 0o077).toBe(0);
});
