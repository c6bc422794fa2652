import { randomBytes } from 'node:crypto';
import type { Settings } from '../settings/settings.ts';
import { attemptFiles, layout } from '../store/layout.ts';
import { noteUnit } from '../system/transient-unit.ts';
import { attach } from './attach.ts';
import { promptOf } from './read-prompt.ts';
import { registerRun } from './register-run.ts';
import type { RunOptions } from './run-options.ts';
import { type Origin, runSpec } from './run-spec.ts';
import { inOneLine, seenIn, warnings } from './sign-of-done.ts';
import { tell } from './tell.ts';

/** Registers a run as it was asked for, and stays with it unless that was not wanted. Throws a Problem where nothing is registered. */
export async function beginRun(argv: readonly string[], options: RunOptions, settings: Settings, origin: Origin): Promise<void> {
  const prompt = origin.foreign === null ? await promptOf(options, tell) : undefined;
  const asked = prompt === undefined ? options : { ...options, prompt };
  const spec = runSpec(argv, asked, settings, randomBytes(8).toString('hex'), origin);
  for (const line of warnings(argv)) tell(line);
  tell(inOneLine(seenIn(argv, asked, spec.cwd, process.env.PATH ?? '', spec.adopted), spec));
  const where = layout(settings.stateDir);
  const registered = await registerRun(where, spec, options.name !== undefined, origin.environment, origin.foreign);
  if (origin.unit != null) noteUnit(attemptFiles(where, registered.run, 1).unit, origin.unit);
  await attach(where, registered, options);
}
