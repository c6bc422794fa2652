import { cpSync, renameSync } from 'node:fs';
import { expect } from 'vitest';
import type { ProcessIdentity } from '../../../src/core/model/facts.ts';
import { isAlive } from '../../../src/system/process/process.ts';
import type { Stage } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const copyOf = (stage: Stage): string => `${stage.directory}/copy`;

/** Copies the state as it is now, without the pipes that identify living processes. */
export const copyState = (stage: Stage): void =>
  cpSync(stage.where.stateDir, copyOf(stage), { recursive: true, filter: (path) => !/\/alive(?:-\d)?$/.test(path) });

/** Puts the copy in the place of the state, as whoever restores a backup does. */
export function putBack(stage: Stage): void {
  renameSync(stage.where.stateDir, `${stage.directory}/aside`);
  renameSync(copyOf(stage), stage.where.stateDir);
}

/** An agent that the state does not know keeps its run from being started, until it is gone. */
export async function keepsItOccupied(stage: Stage, living: ProcessIdentity): Promise<void> {
  const held = await stage.inState('escalated');
  expect(held).toMatchObject({ charged: [], because: expect.stringContaining(`${living.pid} (`) });
  expect([stage.lives().length, isAlive(living)]).toEqual([2, true]);
  stage.write('go2', '');
  await until('it is gone', () => !isAlive(living));
  await stage.does(['resume', 'job']);
}
