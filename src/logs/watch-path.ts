import { watch } from 'chokidar';
import { errorMessage } from '../core/values/error-message.ts';

/** Which events count; by default all, at any depth below a directory. */
export interface WhatCounts {
  readonly event: 'all' | 'add';
  readonly depth: number;
}

/**
 * Calls `touched` soon after the file at a path changed, appeared or was removed, and `failed` if
 * watching is no longer possible. Events may be missed. Returns a function that stops.
 */
export function watchPath(
  path: string,
  touched: () => void,
  failed: (because: string) => void,
  what: Partial<WhatCounts> = {},
): () => void {
  const { event = 'all', depth } = what;
  // One watcher per path: chokidar frees what it keeps for an unwatched path only with its watcher.
  // `atomic` would hide files named like an editor's.
  const watcher = watch(path, { ignoreInitial: true, atomic: false, ...(depth === undefined ? {} : { depth }) });
  watcher.on(event, touched);
  watcher.on('error', (error) => failed(errorMessage(error)));
  return () => {
    watcher.close().catch(() => {
      // It reports errors of its handles on closing: nothing is watched any more either way.
    });
  };
}
