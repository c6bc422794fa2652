import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../system/file/write-atomically.ts';
import { SHIM } from './shim.ts';

/** Each version has a file of its own: a shell running an older one keeps reading from it. */
const NAME = `attempt-${createHash('sha256').update(SHIM).digest('hex').slice(0, 8)}`;

/**
 * The command that starts the shim. It is a file in `directory`, written if missing, so that ps
 * shows one short line; if that fails, the shell gets the text itself.
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
