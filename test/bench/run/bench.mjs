// Runs the benchmark with the right Node version: npm run bench [-- PART…] [-- --list]
// However it is stopped, it ends what was started, and waits until that is gone.
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { node24 } from '../../../src/launcher.mjs';

const LOOK_EVERY_MS = 100;
const MOST_WAIT_MS = 60_000;

const setup = spawnSync(process.execPath, [join(import.meta.dirname, '../../../.ci/setup.mjs')], { stdio: ['ignore', 2, 2] });
if (setup.status !== 0) process.exit(69);

/** Created with the first measurement. */
const directory = join(tmpdir(), `dogwatch-bench-${randomUUID().slice(0, 8)}`);
const parent = process.ppid;
const main = spawn(node24(), ['--no-warnings', join(import.meta.dirname, 'main.ts'), ...process.argv.slice(2)], {
  stdio: ['pipe', 'inherit', 'inherit'],
  env: { ...process.env, DOGWATCH_BENCH_DIRECTORY: directory },
});
let stoppedBy = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    stoppedBy ??= signal;
    main.kill('SIGKILL');
  });
// npm does not pass on every signal that ends it.
const orphaned = setInterval(() => process.ppid !== parent && main.kill('SIGKILL'), 1000);
const code = await new Promise((resolve) => {
  main.on('exit', resolve);
});
clearInterval(orphaned);
// The guard removes it last, when nothing else is left.
for (let waitedMs = 0; existsSync(directory) && waitedMs < MOST_WAIT_MS; waitedMs += LOOK_EVERY_MS) await setTimeout(LOOK_EVERY_MS);
if (stoppedBy !== null) process.stderr.write(`\nthe benchmark was stopped by ${stoppedBy}; what it started is ended\n`);
process.exitCode = stoppedBy === null ? (code ?? 1) : { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[stoppedBy];
