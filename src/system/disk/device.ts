import { stat as statOf } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

// Loading `node:fs/promises` would take longer than all looks of a command.
const stat = promisify(statOf);

/**
 * Identifies the filesystem of a path, with the same text for all its paths; null if the path does
 * not exist. Throws the kernel's errors.
 */
export const deviceOf = (path: string): Promise<string | null> => stat(path).then(({ dev }) => String(dev), absent);

/**
 * Like `deviceOf`, for a path or else its nearest existing parent: a path yet to be created will be
 * on that filesystem.
 */
export async function nearestDevice(path: string, of = deviceOf): Promise<{ readonly there: string; readonly device: string }> {
  for (let there = path; ; there = dirname(there)) {
    const device = await of(there);
    if (device !== null) return { there, device };
    if (there === dirname(there)) throw new Error(`${there} does not exist`);
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
