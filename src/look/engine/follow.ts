import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../../fleet/engine.ts';
import type { Gathered } from './gathered.ts';

/** A watch may be silent for a while without an error: everything is read as often, in ms. */
const READ_EVERY_MS = 15_000;
/** How soon it is read again while something is missing, or the engine does not answer, in ms. */
const READ_SOON_MS = 2000;
/** In a large fleet some host beats at any moment: what comes together is called for once. */
const TOGETHER_MS = 200;

interface Reading {
  readonly engine: Engine;
  readonly gathered: Gathered;
  readonly nowMs: () => number;
}

/** Reads all rows. Returns false if the engine did not answer with all of them. */
export async function readAll({ engine, gathered, nowMs }: Reading): Promise<boolean> {
  // The beats first: what they mean has arrived before them.
  const hosts = await engine.list('hosts', '');
  const runs = hosts === null ? null : await engine.list('runs', '');
  if (hosts === null || runs === null) return false;
  gathered.all(hosts, runs, nowMs());
  return true;
}

/**
 * Follows all rows until `signal`. Calls soon after each change, and says whether the engine
 * answered when it was last asked.
 */
export async function follow(reading: Reading, heard: (isAnswered: boolean) => void, signal: AbortSignal): Promise<void> {
  const { engine, gathered, nowMs } = reading;
  let isNewer = false;
  let isRead = true;
  let soon: NodeJS.Timeout | undefined;
  const changed = () => {
    soon ??= setTimeout(() => {
      soon = undefined;
      heard(isRead);
    }, TOGETHER_MS);
  };
  const ends = [
    engine.watch('hosts', '', (key, entry) => {
      isNewer = gathered.hostChanged(key, entry, nowMs()) || isNewer;
      changed();
    }),
    engine.watch('runs', '', (key, entry) => {
      gathered.runChanged(key, entry);
      changed();
    }),
  ];
  try {
    while (!signal.aborted) {
      isNewer = false;
      isRead = await readAll(reading);
      if (signal.aborted) return;
      changed();
      const isSoon = () => !isRead || isNewer || gathered.isIncomplete;
      for (let waitedMs = 0; waitedMs < READ_EVERY_MS && !signal.aborted; waitedMs += READ_SOON_MS) {
        await pause(READ_SOON_MS, undefined, { signal }).catch(() => {});
        if (isSoon()) break;
      }
    }
  } finally {
    for (const end of ends) end();
    clearTimeout(soon);
  }
}
