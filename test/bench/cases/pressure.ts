import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layout } from '../../../src/store/directory/layout.ts';
import { openReader } from '../../../src/store/reader.ts';
import { until } from '../../kit/until.ts';
import { PROGRAM } from '../place.ts';
import { type Row, row, type Skipped } from '../row.ts';
import { newDirectory } from '../run/directory.ts';

const WHAT = 'disk critical → first byte freed';
const ROUNDS = 20;
const MIB = 2 ** 20;

/**
 * From a full disk to the removal that the operator's command makes. dogwatch looks every second,
 * because space is low already.
 */
export async function pressure(): Promise<readonly (Row | Skipped)[]> {
  const base = newDirectory();
  const [disk, where] = [join(base, 'disk'), layout(join(base, 'state'))];
  // The state has a separate disk, too, so that this machine's disks do not matter.
  const mounts = [base, disk];
  try {
    for (const mount of mounts) {
      mkdirSync(mount, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', mount], { stdio: 'pipe' });
    }
  } catch (error) {
    rmSync(base, { recursive: true });
    return [{ what: WHAT, skipped: `no filesystem can be mounted here: ${error instanceof Error ? error.message.trim() : error}` }];
  }
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: base,
    TMPDIR: base,
    DOGWATCH_STATE_DIR: where.stateDir,
    DOGWATCH_BALLAST: '0',
    DOGWATCH_PRERECLAIM: '0',
    DOGWATCH_LINGER: '0s',
    DOGWATCH_DOCKER_HOSTS: 'unix:///nonexistent/docker.sock',
    // Always near its mark, so that it is measured every second.
    DOGWATCH_DISK_SOFT: '60%',
    DOGWATCH_DISK_CRITICAL: '30%',
    DOGWATCH_MIN_RECLAIM: '1%',
    DOGWATCH_DISK_GRACE: '1h',
    DOGWATCH_DISK_HOLD: '0s',
    DOGWATCH_RECLAIM_COMMANDS: `@${disk} rm -f ${join(disk, 'junk')}`,
  };
  const child = spawn(process.execPath, [PROGRAM, 'run', '--name', 'bench', '--cwd', disk, '--done-file', 'done', '--', 'sleep', '1000'], {
    env,
    stdio: 'ignore',
  });
  try {
    await until('it runs', () => stateOf(where) === 'working' || stateOf(where) === 'starting');
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await until('there is room', () => share(disk) > 0.7);
      // Not in step with its looks.
      await new Promise((resolve) => setTimeout(resolve, 1500 + Math.random() * 1000));
      writeFileSync(join(disk, 'junk'), Buffer.alloc(200 * MIB, 1));
      const begun = performance.now();
      await until('something is freed', () => share(disk) > 0.7, 30_000);
      times.push(performance.now() - begun);
    }
    return [row(WHAT, 'ms', times, { note: 'looked at every second; the mark is passed at a random moment' })];
  } finally {
    writeFileSync(join(disk, 'done'), '');
    await until('it has ended', () => child.exitCode !== null || child.signalCode !== null, 60_000);
    for (const mount of mounts.toReversed()) execFileSync('umount', ['-l', mount]);
    rmSync(base, { recursive: true, force: true });
  }
}

function stateOf(where: ReturnType<typeof layout>): string | null {
  const reader = openReader(where);
  try {
    return reader.run('bench')?.state ?? null;
  } finally {
    reader.close();
  }
}

const share = (disk: string): number => {
  const { bavail, blocks } = statfsSync(disk);
  return bavail / blocks;
};
