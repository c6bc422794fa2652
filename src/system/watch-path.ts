import { watch } from 'chokidar';

/**
 * Calls `touched` soon after the file at a path changed, appeared or went, and `failed` when that is no longer possible; wake-ups may be
 * missed. Returns what ends it.
 */
export function watchPath(path: string, touched: () => void, failed: (because: string) => void): () => void {
  // A watcher for each path: what chokidar keeps of a path that is unwatched again is freed with its watcher only.
  // `atomic` would hide files whose names look like an editor's.
  const watcher = watch(path, { ignoreInitial: true, atomic: false });
  watcher.on('all', touched);
  watcher.on('error', (error) => failed(error instanceof Error ? error.message : String(error)));
  return () => {
    watcher.close().catch(() => {
      // It reports what its handles said while closing: nothing is watched any more either way.
    });
  };
}
