import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../system/file/write-atomically.ts';
import { SHIM } from './shim.ts';

/**
 * The command that starts the shim. It is a file in `directory`, written if missing, so that ps
 * shows one short line; if that fails, the shell gets the text itself.
 */
export function shimCommand(directory: string): readonly string[] {
  try {
    return ['/bin/sh', shimFile(directory, 'attempt', SHIM)];
  } catch {
    return ['/bin/sh', '-c', SHIM, 'dogwatch'];
  }
}

/**
 * The path of a script in `directory`, which is written if it is missing or changed. Each version
 * has a file of its own: a shell running an older one keeps reading from it.
 */
export function shimFile(directory: string, name: string, text: string): string {
  const path = join(directory, `${name}-${digestOf(text)}`);
  if (currently(path) === text) return path;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeAtomically(path, text);
  return path;
}

const digests = new Map<string, string>();

/** Computed once: a start waits for it. */
function digestOf(text: string): string {
  const digest = digests.get(text) ?? createHash('sha256').update(text).digest('hex').slice(0, 8);
  digests.set(text, digest);
  return digest;
}

function currently(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
