import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ReclaimReport } from '../../../src/cli/reclaim/report.ts';
import { attemptFiles, layout } from '../../../src/store/directory/layout.ts';
import { lockReclaim } from '../../../src/store/lease/reclaim-lock.ts';

const LOG_BYTES = 2 ** 20;
const LONG_AGO = new Date(Date.now() - 60 * 86_400_000);
/** Logs of an unknown run are kept like those of an active one. */
const KEPT = 3;

test.for([['tmpfs'], ['ext4']] as const)('on a full %s old logs are removed, one reclaim at a time', ([kind], context) => {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-full-disk-'));
  const disk = join(directory, 'disk');
  mkdirSync(disk);
  onTestFinished(() => {
    spawnSync('umount', [disk]);
    rmSync(directory, { recursive: true, force: true });
  });
  try {
    mount(kind, disk, join(directory, 'image'));
  } catch (error) {
    context.skip(`no ${kind} can be mounted here: ${error instanceof Error ? error.message : error}`);
  }
  const where = layout(join(disk, 'state'));
  const logs = Array.from({ length: KEPT + 1 }, (_, index) => attemptFiles(where, 'job.1', index + 1).log);
  for (const log of logs) {
    mkdirSync(join(log, '..'), { recursive: true });
    writeFileSync(log, Buffer.alloc(LOG_BYTES, 'x'));
    utimesSync(log, LONG_AGO, LONG_AGO);
  }
  expect(() => {
    for (;;) appendFileSync(join(disk, 'rest'), Buffer.alloc(4096, 'x'));
  }).toThrow(/ENOSPC/);

  const env = { PATH: process.env.PATH, HOME: directory, DOGWATCH_STATE_DIR: where.stateDir };
  const dogwatch = () => spawnSync(process.execPath, ['dist/main.js', 'reclaim', '--json'], { env, encoding: 'utf8' });
  const lock = lockReclaim(where, process.pid, () => false);
  expect(dogwatch().status).toBe(75);
  if (lock.kind === 'ours') lock.release();
  const { stdout, stderr } = dogwatch();
  expect(stderr).toBe('');
  const { measuredBytes, reclaimers }: ReclaimReport = JSON.parse(stdout);
  expect(measuredBytes).toBeGreaterThanOrEqual(LOG_BYTES / 2);
  expect(reclaimers.find(({ name }) => name === 'logs')?.remove).toMatchObject([{ id: logs[0], outcome: 'freed' }]);
  expect(logs.map((log) => existsSync(log))).toEqual([false, true, true, true]);
});

function mount(kind: 'tmpfs' | 'ext4', disk: string, image: string): void {
  if (kind === 'tmpfs') execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', disk], { stdio: 'pipe' });
  else {
    writeFileSync(image, '');
    truncateSync(image, 16 * LOG_BYTES);
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image], { stdio: 'pipe' });
    execFileSync('mount', ['-o', 'loop', image, disk], { stdio: 'pipe' });
  }
}
