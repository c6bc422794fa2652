import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoted } from '../system/command/quoted.ts';
import { writeAtomically } from '../system/file/write-atomically.ts';

/** Installs a `dogwatch` command that runs this very program, for the agents of all runs. */
export function installCommand(directory: string, node: string, program: string): void {
  const path = join(directory, 'dogwatch');
  const script = `#!/bin/sh\nexec ${quoted(node)} ${quoted(program)} "$@"\n`;
  if (currently(path) === script) return;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeAtomically(path, script, { mode: 0o700 });
}

function currently(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
