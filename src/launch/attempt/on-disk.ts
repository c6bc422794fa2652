import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptsFound, Rest } from '../../core/model/attempts-found.ts';
import { type AttemptFiles, attemptFiles, type Layout } from '../../store/directory/layout.ts';
import { bootId, isAlive, monoMs, startedMono } from '../../system/process/process.ts';
import { readAttempt } from './record.ts';

/** Attempts found on disk, or in the last snapshot of the runs, that the database does not have. */
export interface LostAttempts {
  readonly facts: readonly AttemptsFound[];
  /** Runs that the database does not have at all. */
  readonly unknown: readonly string[];
}

/**
 * Compares the highest attempt of each run that ever began with what the database has. By run id,
 * `tried` is the number of attempts in the database, and `pictured` the number in the snapshot;
 * `rests` says why a run that is active in the database is not.
 */
export function lostAttempts(
  where: Layout,
  tried: ReadonlyMap<string, number>,
  pictured: ReadonlyMap<string, number>,
  rests: (run: string) => Rest | null = () => null,
): LostAttempts {
  const ids = new Set([...entries(where.runs), ...pictured.keys()]);
  const highest = [...ids].map((run) => ({ run, highest: Math.max(highestOnDisk(where, run), pictured.get(run) ?? 0) }));
  const begun = highest.filter((one) => one.highest > 0);
  return {
    facts: highest
      .map((one) => ({ ...one, rest: rests(one.run) }))
      .filter((one) => one.rest !== null || (one.highest > 0 && one.highest > (tried.get(one.run) ?? Number.POSITIVE_INFINITY)))
      .map((one) => ({ ...found(where, one), rest: one.rest })),
    unknown: begun.filter(({ run }) => !tried.has(run)).map(({ run }) => run),
  };
}

/** The ids of all runs that have a directory, known or not. */
export const runsOnDisk = (where: Layout): readonly string[] => entries(where.runs);

/** The highest attempt number that a run has a directory for, or 0 if none ever began. */
export const highestOnDisk = (where: Layout, run: string): number =>
  entries(join(where.runs, run, 'attempts')).reduce(
    (highest, name) => (/^[1-9]\d*$/.test(name) ? Math.max(highest, Number(name)) : highest),
    0,
  );

/** The highest generation of a name that has a directory, or 0 if there is none. */
export function highestGeneration(where: Layout, name: string): number {
  const begun = entries(where.runs).filter((id) => id.startsWith(`${name}.`) && /^[1-9]\d*$/.test(id.slice(name.length + 1)));
  return begun.reduce((highest, id) => Math.max(highest, Number(id.slice(name.length + 1))), 0);
}

function found(where: Layout, { run, highest }: { readonly run: string; readonly highest: number }): AttemptsFound {
  const files = attemptFiles(where, run, highest);
  const { shim, agent, exit } = readAttempt(files);
  const first = shim ?? agent;
  const alive = exit === null && [shim, agent].some((one) => one !== null && isAlive(one));
  const startedAt = first?.bootId === bootId() ? Math.max(startedMono(first.startTicks), claimedMono(files)) : null;
  return { kind: 'attempts.found', run, highest, shim, agent, alive, exit, startedMono: startedAt };
}

/** An attempt begins with its claim: the processes of a standby may have waited for hours. */
function claimedMono({ claim }: AttemptFiles): number {
  const written = statSync(claim, { throwIfNoEntry: false });
  return written === undefined ? Number.NEGATIVE_INFINITY : monoMs() - Math.max(0, Date.now() - written.mtimeMs);
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
