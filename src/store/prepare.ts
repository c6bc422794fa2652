import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.ts';

/** Makes the state directory and what belongs into it, private to this user. Throws an Error that says what to do where it can't be written. */
export function prepareStateDirectory(where: Layout): void {
  try {
    for (const directory of [where.stateDir, where.inbox, where.environments, where.runs, where.bin])
      mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(where.stateDir, 0o700);
  } catch (error) {
    throw new StateDirectoryError(where.stateDir, error instanceof Error ? error.message : String(error));
  }
}

export class StateDirectoryError extends Error {
  override readonly name = 'StateDirectoryError';
  readonly stateDir: string;

  constructor(stateDir: string, cause: string) {
    super(cause);
    this.stateDir = stateDir;
  }
}

/** Lets the agents of all runs find this very program as `dogwatch`, whatever was installed when and where. */
export function installCommand(where: Layout, node: string, program: string): void {
  const path = join(where.bin, 'dogwatch');
  const script = `#!/bin/sh\nexec ${quoted(node)} ${quoted(program)} "$@"\n`;
  if (currently(path) === script) return;
  writeFileSync(`${path}.new`, script, { mode: 0o700 });
  renameSync(`${path}.new`, path);
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function currently(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
