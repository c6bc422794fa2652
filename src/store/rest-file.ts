import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { RESTS, type Rest, restOf } from '../core/model/rest.ts';
import type { Run } from '../core/model/run.ts';
import { writeAtomically } from '../system/file/write-atomically.ts';
import { type Layout, restFile } from './directory/layout.ts';

/** What the files of a run say of it, or null if it goes on or they can't be read. */
export function readRest(where: Layout, run: string): Rest | null {
  try {
    const text = readFileSync(restFile(where, run), 'utf8').trim();
    return RESTS.find((rest) => rest === text) ?? null;
  } catch {
    return null;
  }
}

/**
 * Notes beside the database which runs do not go on by themselves: a copy of the state that is older than that must not set them going
 * again. A file goes before the run goes on, and comes after it has come to rest, so that what it says was true.
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
      // It can't be written to at the moment: the next decision tries again.
    }
  }

  /** Best effort: on a full disk the database alone knows it. */
  after(run: Run): void {
    const rest = restOf(run);
    if (rest === null || this.#noted.get(run.id) === rest) return;
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
