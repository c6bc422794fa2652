import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { errorMessage } from '../core/values/error-message.ts';
import { writeAtomically } from '../system/file/write-atomically.ts';
import type { Collector } from './collector.ts';
import { PROMETHEUS } from './text.ts';

/** node_exporter reads files with this ending, and shows how old they are. */
const FILE = 'dogwatch.prom';
const EVERY_MS = 15_000;

/** Writes the metrics into the directory. Throws what the filesystem says, and StoreError. */
export async function writeTextfile(collector: Pick<Collector, 'text'>, directory: string): Promise<void> {
  const text = await collector.text(PROMETHEUS);
  // The exporter runs as another user. After a power cut the file is written again.
  writeAtomically(join(directory, FILE), text, { mode: 0o644, durable: false });
}

/**
 * Does so again and again. What goes wrong is said once, until it goes well again; meanwhile the
 * file stays as it is, and its age shows that.
 */
export async function keepTextfile(
  collector: Pick<Collector, 'text'>,
  directory: string,
  { everyMs = EVERY_MS, tell, signal }: { readonly everyMs?: number; readonly tell: (line: string) => void; readonly signal?: AbortSignal },
): Promise<void> {
  let said: string | null = null;
  const isOver = () => signal?.aborted === true;
  while (!isOver()) {
    await setTimeout(everyMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    if (isOver()) return;
    const problem = await writeTextfile(collector, directory).then(() => null, errorMessage);
    if (problem !== null && problem !== said) tell(`the metrics cannot be written: ${problem}`);
    said = problem;
  }
}
