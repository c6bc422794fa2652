import { mkdirSync } from 'node:fs';
import type { Layout } from './layout.ts';
import { storeError } from './store-error.ts';

/** Makes the directories of the state that are missing, for this user only. Those that are there keep their modes: they may be somebody's /tmp. Throws StoreError. */
export function prepareStateDirectory(where: Layout): void {
  for (const directory of [where.stateDir, where.inbox, where.environments, where.runs]) {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw storeError(error, directory);
    }
  }
}
