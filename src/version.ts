import { writeSync } from 'node:fs';
import manifest from '../package.json' with { type: 'json' };

/**
 * The commit that was built, or an empty string if it was built without git. Only the build sets
 * it.
 */
declare const BUILT_FROM: string;

/** What `dogwatch --version` prints. */
export const VERSION = typeof BUILT_FROM === 'string' && BUILT_FROM !== '' ? `${manifest.version} (${BUILT_FROM})` : manifest.version;

/** Prints it, without what else a program loads to print. */
export function printVersion(): void {
  try {
    writeSync(1, `${VERSION}\n`);
  } catch {
    // Its reader has left.
  }
}
