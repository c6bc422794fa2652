import { setTimeout } from 'node:timers/promises';
import { counted } from '../../core/values/counted.ts';
import { stateDirectory } from '../../settings/state-directory.ts';
import { StoreError } from '../../store/directory/error.ts';
import { layout } from '../../store/directory/layout.ts';
import { withReader } from '../../store/with-reader.ts';
import { isKept } from '../../system/process/keep.ts';
import { strayProcesses } from '../../system/process/marks.ts';
import { isAlive, signalProcess } from '../../system/process/process.ts';
import type { SeenProcess } from '../../system/process/seen-process.ts';
import { type Finding, ok, warn } from './finding.ts';

const GRACE_MS = 10_000;
const LOOK_EVERY_MS = 100;
const MOST_NAMED = 8;

/**
 * Finds processes of attempts that belong to no run of this state directory: its database was
 * removed, or they outlived their run.
 */
export function checkStrays(env: NodeJS.ProcessEnv): readonly Finding[] {
  const strays = straysOf(env);
  // If the runs cannot be read, which another check reports, nothing can be called a stray.
  if (strays === null) return [];
  if (strays.length === 0) return [ok('strays', 'none: every marked process belongs to a run')];
  const named = strays.slice(0, MOST_NAMED).map(({ pid, comm, mark }) => `${pid} (${comm}, of ${mark?.split('/')[0]})`);
  const more = strays.length > named.length ? ` and ${strays.length - named.length} more` : '';
  const said = `${counted(strays.length, 'process has', 'processes have')} a mark of this directory but no run: ${named.join(', ')}${more}`;
  return [warn('strays', said, 'dogwatch doctor --end-strays ends them (TERM, then KILL after 10 s)')];
}

/** Ends the strays, each identified by its mark and identity, and reports what is left. */
export async function endStrays(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const strays = straysOf(env) ?? [];
  for (const { identity } of strays) signalProcess(identity, 'SIGTERM');
  const isLeft = () => strays.some(({ identity }) => isAlive(identity));
  for (let waitedMs = 0; waitedMs < GRACE_MS && isLeft(); waitedMs += LOOK_EVERY_MS) await setTimeout(LOOK_EVERY_MS);
  for (const { identity } of strays) signalProcess(identity, 'SIGKILL');
  for (let waitedMs = 0; waitedMs < GRACE_MS && isLeft(); waitedMs += LOOK_EVERY_MS) await setTimeout(LOOK_EVERY_MS);
  const ended = strays.filter(({ identity }) => !isAlive(identity)).length;
  return [...(ended > 0 ? [ok('strays', `${counted(ended, 'was', 'were')} ended`)] : []), ...checkStrays(env)];
}

function straysOf(env: NodeJS.ProcessEnv): readonly SeenProcess[] | null {
  const directory = stateDirectory(env);
  if (directory === null) return [];
  try {
    return withReader(layout(directory), (reader) => strayProcesses((run) => reader.knows(run), directory).filter((one) => !isKept(one)));
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}
