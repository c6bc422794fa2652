import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { RESTS, type Rest } from '../core/model/attempts-found.ts';
import type { Run } from '../core/model/run.ts';
import { restOf } from '../core/run/rest.ts';
import { writeAtomically } from '../system/file/write-atomically.ts';
import { type Layout, restFile } from './directory/layout.ts';

/** Returns what a run's files say about its rest, or null if it goes on or they can't be read. */
export function readRest(where: Layout, run: string): Rest | null {
  try {
    const text = readFileSync(restFile(where, run), 'utf8').trim();
    return RESTS.find((rest) => rest === text) ?? null;
  } catch {
    return null;
  }
}

/**
 * Notes beside the database which runs do not continue by themselves, so that an older copy of the
 * state cannot set them going again. The file is removed before the run goes on and written after
 * it has come to rest, so its contents are always true.
 */
export class RestNotes {
  readonly #where: Layout;
  readonly #noted = new Map<string, Rest | null>();

  constructor(where: Layout) {
    this.#where = where;
  }

  before(run: Run): void {
    if (restOf(run) !== null || this.#noted.get(run.id) === null) return;
    try {
      rmSync(restFile(this.#where, run.id), { force: true });
      this.#noted.set(run.id, null);
    } catch {
      // It is not writable at the moment: the next decision tries again.
    }
  }

  /** Best effort: on a full disk only the database knows. */
  after(run: Run): void {
    const rest = restOf(run);
    const noted = this.#noted.get(run.id);
    if (rest === null || noted === rest) return;
    // What an earlier watchdog noted is on the disk for good. Looking takes a fraction of the time
    // that writing does.
    if (noted === undefined && readRest(this.#where, run.id) === rest) {
      this.#noted.set(run.id, rest);
      return;
    }
    try {
      const path = restFile(this.#where, run.id);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeAtomically(path, `${rest}\n`);
      this.#noted.set(run.id, rest);
    } catch {
      this.#noted.delete(run.id);
    }
  }
}
