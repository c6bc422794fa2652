import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isReadOnlyState, refuseReadOnly } from '../../../src/store/directory/read-only-state.ts';
import { stateDirectory } from '../../kit/opened-store.ts';

test("a read-only filesystem is distinguished from a missing one and from another user's", () => {
  const where = stateDirectory();
  expect(isReadOnlyState(where)).toBe(false);
  mkdirSync(where.stateDir);
  expect(isReadOnlyState(where)).toBe(false);
  expect(() => refuseReadOnly(where)).not.toThrow();
});
