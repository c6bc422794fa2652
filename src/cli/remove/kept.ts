import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../../core/model/run.ts';
import { type Layout, runDirectory } from '../../store/directory/layout.ts';

/** What is kept of a run. */
export interface Kept {
  readonly run: Run;
  readonly attempts: number;
  /** The room that its logs take. */
  readonly bytes: number;
  readonly hasVariables: boolean;
}

export const keptOf = (layout: Layout, run: Run): Kept => ({
  run,
  attempts: run.tried,
  bytes: bytesBelow(runDirectory(layout, run.id)),
  hasVariables: existsSync(join(layout.environments, run.spec.environmentFile)),
});

const BLOCK_BYTES = 512;

/** Adds up what can be read; the rest counts as nothing. */
function bytesBelow(directory: string): number {
  try {
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
    return names.reduce((sum, name) => sum + (lstatSync(join(directory, name), { throwIfNoEntry: false })?.blocks ?? 0) * BLOCK_BYTES, 0);
  } catch {
    return 0;
  }
}
