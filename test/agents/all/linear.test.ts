import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('hostile-lines.ts', import.meta.url));

// In a process of its own, which can be ended: a timeout never fires while a pattern backtracks
// forever.
test('no line keeps a pattern busy: the time is proportional to the line’s length', { timeout: 180_000 }, () => {
  const { stdout, stderr, signal } = spawnSync(process.execPath, [SCRIPT], { encoding: 'utf8', timeout: 150_000, killSignal: 'SIGKILL' });
  expect(signal, stderr).toBeNull();
  const tried = JSON.parse(stdout) as { patterns: number; lines: number; busy: readonly string[] };
  expect(tried.busy).toEqual([]);
  expect(tried.patterns).toBeGreaterThan(80);
  expect(tried.lines).toBeGreaterThan(500);
});
