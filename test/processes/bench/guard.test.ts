import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { processesOf } from '../../kit/processes-of.ts';
import { until } from '../../kit/until.ts';

const MEASURING = fileURLToPath(new URL('measuring.ts', import.meta.url));

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('after %s nothing of a benchmark is left', async (signal) => {
  const { DOGWATCH_BENCH_DIRECTORY: _, ...env } = process.env;
  const benchmark = spawn(process.execPath, ['--no-warnings', MEASURING], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const directory = await new Promise<string>((resolve) => {
    benchmark.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
  });
  const started = await until('its programs run', () => [processesOf(directory)].find(({ length }) => length >= 2));
  const [sleeper] = started;

  benchmark.kill(signal);

  await until('its directory is removed', () => !existsSync(dirname(directory)));
  for (const identity of started) expect(isAlive(identity)).toBe(false);
  if (sleeper !== undefined && isAlive(sleeper)) signalProcess(sleeper, 'SIGKILL');
});
