import { statSync } from 'node:fs';
import { watch } from 'chokidar';
import type { Layout } from './layout.ts';

/** Calls `touched` soon after something appeared in the inbox that is there now, `failed` when that is no longer possible. Returns what ends it. */
export function watchInbox(where: Layout, touched: () => void, failed: (because: string) => void): () => void {
  const watcher = watch(where.inbox, { ignoreInitial: true, depth: 0, atomic: false });
  watcher.on('add', touched);
  watcher.on('error', (error) => failed(error instanceof Error ? error.message : String(error)));
  return () => {
    watcher.close().catch(() => {
      // It reports what its handles said while closing: nothing is watched any more either way.
    });
  };
}

/** Which directory the inbox is now; null: there is none. */
export function inboxDirectory(where: Layout): string | null {
  try {
    const { dev, ino, birthtimeMs } = statSync(where.inbox);
    return `${dev}:${ino}:${birthtimeMs}`;
  } catch {
    return null;
  }
}
