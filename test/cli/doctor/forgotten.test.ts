import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkForgotten } from '../../../src/cli/doctor/forgotten.ts';
import { attemptFiles } from '../../../src/store/directory/layout.ts';
import { opened, stateDirectory } from '../../kit/opened-store.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

test('names runs that have attempts on disk but are not in the database, with the remedy', async () => {
  const where = stateDirectory();
  const store = await opened(where);
  store.record([noting(newRunNamed('known'), 1)]);
  const check = () => checkForgotten({ DOGWATCH_STATE_DIR: where.stateDir });
  mkdirSync(attemptFiles(where, 'known.1', 3).directory, { recursive: true });
  mkdirSync(join(where.runs, 'never-begun.1'));
  expect(check()).toEqual([]);
  mkdirSync(attemptFiles(where, 'gone.2', 7).directory, { recursive: true });
  expect(check()).toEqual([
    {
      about: 'forgotten runs',
      result: 'warn',
      said: expect.stringContaining('gone.2 (up to attempt 7, no process is alive)'),
      next: expect.stringContaining('dogwatch restore FILE'),
    },
  ]);
});
