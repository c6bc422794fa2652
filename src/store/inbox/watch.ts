import { statSync } from 'node:fs';
import { watchPath } from '../../logs/watch-path.ts';
import type { Layout } from '../directory/layout.ts';

/**
 * Calls `touched` soon after something appeared in the present inbox, and `failed` when watching it
 * is no longer possible. Returns the function that stops watching.
 */
export const watchInbox = (where: Layout, touched: () => void, failed: (because: string) => void): (() => void) =>
  watchPath(where.inbox, touched, failed, { event: 'add', depth: 0 });

/** Identifies the present inbox directory; returns null if there is none. */
export function inboxDirectory(where: Layout): string | null {
  try {
    const { dev, ino, birthtimeMs } = statSync(where.inbox);
    return `${dev}:${ino}:${birthtimeMs}`;
  } catch {
    return null;
  }
}
