import { randomBytes } from 'node:crypto';
import type { Settings } from '../settings/settings.ts';
import { attemptFiles, layout } from '../store/layout.ts';
import { noteUnit } from '../system/transient-unit.ts';
import { attach } from './attach.ts';
import { registerRun } from './register-run.ts';
import type { RunOptions } from './run-options.ts';
import { type Origin, runSpec } from './run-spec.ts';

/** Registers a run as it was asked for, and stays with it unless that was not wanted. Throws a Problem where nothing is registered. */
export async function beginRun(argv: readonly string[], options: RunOptions, settings: Settings, origin: Origin): Promise<void> {
  const spec = runSpec(argv, options, settings, randomBytes(8).toString('hex'), origin);
  const where = layout(settings.stateDir);
  const registered = await registerRun(where, spec, options.name !== undefined, origin.environment, origin.foreign);
  if (origin.unit != null) noteUnit(attemptFiles(where, registered.run, 1).unit, origin.unit);
  await attach(where, registered, options);
}
