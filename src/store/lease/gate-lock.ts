import type { Layout } from '../directory/layout.ts';
import { lockFile } from '../directory/lock-file.ts';

/**
 * Locks the gate for this process, or returns null if another process holds it. Throws StoreError.
 */
export const lockGate = ({ gateLock }: Layout): { release(): void } | null => lockFile(gateLock, 0);
