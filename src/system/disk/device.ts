import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Names the filesystem that a path is on, by the same text for all of its paths; null: there is no such path. Throws what the kernel says. */
export const deviceOf = (path: string): Promise<string | null> => stat(path).then(({ dev }) => String(dev), absent);

/** The same of a path, or of the first that is there above it: what is not there yet will be on that filesystem. */
export async function nearestDevice(path: string, of = deviceOf): Promise<{ readonly there: string; readonly device: string }> {
  for (let there = path; ; there = dirname(there)) {
    const device = await of(there);
    if (device !== null) return { there, device };
    if (there === dirname(there)) throw new Error(`${there} is not there`);
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
