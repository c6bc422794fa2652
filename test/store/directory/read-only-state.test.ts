import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isReadOnlyState, refuseReadOnly } from '../../../src/store/directory/read-only-state.ts';
import { stateDirectory } from '../../kit/opened-store.ts';

test('a filesystem that nobody can write to is told from one that is not there, or that is of somebody else', () => {
  const where = stateDirectory();
  expect(isReadOnlyState(where)).toBe(false);
  mkdirSync(where.stateDir);
  expect(isReadOnlyState(where)).toBe(false);
  expect(() => refuseReadOnly(where)).not.toThrow();
});
