import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GUARD = fileURLToPath(new URL('guard.ts', import.meta.url));
let all: string | null = null;

/**
 * A new directory for a measurement. Everything that is started for one has its path, or the
 * variable DOGWATCH_BENCH_DIRECTORY, in its environment: whatever ends this process, a guard then
 * ends those that are left and removes the directory.
 */
export function newDirectory(): string {
  all ??= guarded();
  return mkdtempSync(join(all, 'of-'));
}

function guarded(): string {
  const { DOGWATCH_BENCH_DIRECTORY: known, ...env } = process.env;
  const directory = known ?? mkdtempSync(join(tmpdir(), 'dogwatch-bench-'));
  if (known !== undefined) mkdirSync(directory, { mode: 0o700 });
  process.env.DOGWATCH_BENCH_DIRECTORY = directory;
  // It lives on until its standard input ends, which no signal to this process prevents.
  const guard = spawn(process.execPath, ['--no-warnings', GUARD, directory, String(process.pid)], {
    env,
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  guard.unref();
  (guard.stdin as Socket).unref();
  return directory;
}
