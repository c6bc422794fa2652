import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Run } from '../../core/model/run.ts';
import { aliveFifo, attemptFiles, type Layout, runDirectory, standbyCommand } from '../../store/directory/layout.ts';
import { readEnvironment } from '../../store/environment.ts';
import { bootId } from '../../system/process/process.ts';
import { createFifo } from '../attempt/alive-fifo.ts';
import { attemptEnvironment } from '../environment.ts';
import { markOf } from '../launch.ts';
import type { Launcher } from '../launchers/launcher.ts';
import { shimFile } from '../shim-file.ts';
import { Standby } from './ready-made.ts';
import { recordStandby } from './record.ts';
import { STANDBY } from './shim.ts';

/**
 * Starts the shim of an attempt that may be decided later, as it would be started now. Returns null
 * if this launcher cannot, or if it did not become ready. Throws what its files or its environment
 * throw.
 */
export async function makeStandby({ id, name, spec }: Run, attempt: number, launcher: Launcher, layout: Layout): Promise<Standby | null> {
  if (launcher.ready === undefined) return null;
  const files = attemptFiles(layout, id, attempt);
  const mark = markOf(id, attempt);
  const fifo = aliveFifo(layout, id, attempt);
  const environment = attemptEnvironment({
    environment: readEnvironment(layout, spec.environmentFile),
    mark,
    runName: name,
    stateDir: layout.stateDir,
    extraPath: layout.bin,
  });
  // Not the attempt's own: its directory shows that it was begun.
  const place = runDirectory(layout, id);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  createFifo(fifo);
  const unique = randomBytes(9).toString('hex');
  const word = randomBytes(18).toString('hex');
  const commandFile = standbyCommand(layout, id, unique);
  const { cwd, umask, limits } = spec;
  const script = shimFile(layout.bin, 'standby', STANDBY);
  const argv = ['/bin/sh', script, bootId(), files.directory, fifo, umask.toString(8).padStart(4, '0'), word, commandFile];
  const places = { run: id, runName: name, attempt, files, extraPath: layout.bin, stateDir: layout.stateDir };
  recordStandby(layout, id, { attempt, mark });
  const waiting = await launcher.ready({ ...places, argv, cwd, environment, limits }, place);
  if ('failed' in waiting) return null;
  const made = { attempt, environment, cwd, umask, limits, aliveFifo: fifo, launcher: launcher.kind };
  return new Standby(made, waiting, { mark, word, commandFile });
}
