import { watch } from 'chokidar';
import { errorMessage } from '../core/values/error-message.ts';

/** What wakes somebody; unless it is said, all that happens, however deep below a directory. */
export interface WhatCounts {
  readonly event: 'all' | 'add';
  readonly depth: number;
}

/**
 * Calls `touched` soon after the file at a path changed, appeared or went, and `failed` when that is no longer possible; wake-ups may be
 * missed. Returns what ends it.
 */
export function watchPath(
  path: string,
  touched: () => void,
  failed: (because: string) => void,
  what: Partial<WhatCounts> = {},
): () => void {
  const { event = 'all', depth } = what;
  // A watcher for each path: what chokidar keeps of a path that is unwatched again is freed with its watcher only.
  // `atomic` would hide files whose names look like an editor's.
  const watcher = watch(path, { ignoreInitial: true, atomic: false, ...(depth === undefined ? {} : { depth }) });
  watcher.on(event, touched);
  watcher.on('error', (error) => failed(errorMessage(error)));
  return () => {
    watcher.close().catch(() => {
      // It reports what its handles said while closing: nothing is watched any more either way.
    });
  };
}
