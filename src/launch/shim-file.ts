import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../system/file/write-atomically.ts';
import { SHIM } from './shim.ts';

/** Each text has a file of its own: a shell that runs an older one reads on in it. */
const NAME = `attempt-${createHash('sha256').update(SHIM).digest('hex').slice(0, 8)}`;

/**
 * The words that start the shim. It is read from a file in `directory`, which is put there when it is missing, so that ps shows one short
 * line; where it can't be, the shell gets the text itself.
 */
export function shimCommand(directory: string): readonly string[] {
  const path = join(directory, NAME);
  try {
    if (currently(path) !== SHIM) put(directory, path);
    return ['/bin/sh', path];
  } catch {
    return ['/bin/sh', '-c', SHIM, 'dogwatch'];
  }
}

function put(directory: string, path: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeAtomically(path, SHIM);
}

function currently(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
