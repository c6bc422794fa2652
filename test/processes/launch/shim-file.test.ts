import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SHIM } from '../../../src/launch/shim.ts';
import { shimCommand } from '../../../src/launch/shim-file.ts';
import { workbench } from '../../kit/workbench.ts';

const LIVES = ['/bin/sh', '-c', 'echo ready; exec sleep 1000'];
const cmdline = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);

test('ps shows one short line for a shim: no shell source, no mark, no prompt from stdin', async () => {
  const bench = workbench();
  const { shim, attempt } = await bench.start(LIVES, { stdin: 'a secret task' });
  const words = cmdline(shim.pid);
  const bin = join(bench.directory, 'state', 'bin');
  expect(words[1]?.startsWith(`${bin}/attempt-`)).toBe(true);
  expect(words.slice(3)).toEqual([bench.files(1).directory, bench.fifo, bench.files(1).prompt, '0022', ...LIVES]);
  for (const hidden of ['dogwatch_', 'secret', '/token']) expect(words.join(' ')).not.toContain(hidden);
  expect(attempt.alive).toBe(true);
});

test('a removed or changed file is restored; if that is impossible, the attempt starts all the same', async () => {
  const bench = workbench();
  const bin = join(bench.directory, 'state', 'bin');
  const [, path = ''] = shimCommand(bin);
  writeFileSync(path, 'exit 1');
  expect(readFileSync(shimCommand(bin)[1] ?? '', 'utf8')).toBe(SHIM);
  rmSync(bin, { recursive: true });
  writeFileSync(bin, 'no directory');
  expect(shimCommand(bin)).toEqual(['/bin/sh', '-c', SHIM, 'dogwatch']);
  await bench.start(LIVES);
  expect(cmdline(bench.marked(1)[0]?.identity.pid ?? 0).length).toBeGreaterThan(0);
  chmodSync(bin, 0o600);
});
