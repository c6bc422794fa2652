import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { HostRow } from '../../../src/store/reader.ts';
import { until } from '../../kit/until.ts';
import { type Daemon, startDaemon, whyNoDocker } from '../../real/docker/daemon.ts';
import { imageArchive } from '../../real/docker/image-archive.ts';
import { type Place, place } from '../place.ts';
import { type Row, row, type Skipped } from '../row.ts';
import { QUICK } from '../size.ts';

const WHAT = 'disk critical → a Docker image removed';
const ROUNDS = QUICK ? 2 : 20;
const MIB = 2 ** 20;
const IMAGE_BYTES = 64 * MIB;
/**
 * Available shares of the disk: before a round, when it is critical, and when there is enough. An
 * image is larger than the difference between the last two.
 */
const [USUAL, CRITICAL, ENOUGH] = [0.5, 0.29, 0.32];
const SETTINGS = {
  DOGWATCH_DISK_SOFT: '31%',
  DOGWATCH_DISK_CRITICAL: '30%',
  DOGWATCH_MIN_RECLAIM: '1%',
  DOGWATCH_DISK_GRACE: '1h',
  DOGWATCH_DISK_HOLD: '0s',
  DOGWATCH_INODES_SOFT: '0%',
  DOGWATCH_INODES_CRITICAL: '0%',
  DOGWATCH_RECLAIM_MIN_AGE: '0s',
  DOGWATCH_RECLAIM_BUILD_CACHE: '0',
  DOGWATCH_PRERECLAIM: '0',
  DOGWATCH_BALLAST: '0',
};

/**
 * The same as with a command, with a stale image of a real engine: from the moment when the disk is
 * full, and from the sample that shows it.
 */
export async function pressureImage(): Promise<readonly (Row | Skipped)[]> {
  const why = whyNoDocker();
  if (why !== null) return [{ what: WHAT, skipped: why }];
  const home = place();
  const disk = join(home.directory, 'disk');
  try {
    mkdirSync(disk);
    execFileSync('truncate', ['-s', '768M', join(home.directory, 'image')]);
    execFileSync('mkfs.ext4', ['-q', '-m', '0', join(home.directory, 'image')], { stdio: 'pipe' });
    execFileSync('mount', ['-o', 'loop', join(home.directory, 'image'), disk], { stdio: 'pipe' });
  } catch (error) {
    await home.tearDown();
    return [{ what: WHAT, skipped: `no filesystem can be mounted here: ${error instanceof Error ? error.message.trim() : error}` }];
  }
  const daemon = await startDaemon(disk);
  Object.assign(home.env, SETTINGS, { DOGWATCH_DOCKER_HOSTS: `unix://${daemon.socket}` });
  try {
    return await rounds(home, disk, daemon);
  } finally {
    writeFileSync(join(home.directory, 'done'), '');
    await daemon.stop();
    execFileSync('umount', ['-l', disk]);
    await home.tearDown();
  }
}

async function rounds(home: Place, disk: string, daemon: Daemon): Promise<readonly Row[]> {
  const done = join(home.directory, 'done');
  await home.does(['run', '--detach', '--name', 'bench', '--cwd', disk, '--done-file', done, '--', 'sleep', '10000']);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    leave(disk, USUAL);
    const content = `${round}`.padEnd(IMAGE_BYTES, 'x');
    daemon.docker(['load', '-q'], imageArchive({ tags: ['junk:1'], builtAt: new Date(0), content }).archive);
    // Not in step with its looks.
    await setTimeout(1000 + Math.random() * 1000);
    leave(disk, CRITICAL);
    const begun = performance.now();
    await until('space is freed', () => share(disk) >= ENOUGH);
    times.push(performance.now() - begun);
    await until('it is recorded', () => fromSampleToEnd(history(home)).length > round);
  }
  return [
    row(WHAT, 'ms', times, { note: 'looked at every second; the mark is passed at a random moment' }),
    row('seen critical → a Docker image removed, and recorded', 'ms', fromSampleToEnd(history(home))),
  ];
}

const history = (home: Place): readonly HostRow[] => home.looking((reader) => reader.hostHistory());

/** The time from each sample that led to a reclaim to the reclaim's end, in ms. */
function fromSampleToEnd(rows: readonly HostRow[]): readonly number[] {
  const begun = new Map(rows.flatMap(({ observation, actions }) => actions.map(({ id }) => [id, observation.at.mono] as const)));
  return rows.flatMap(({ observation }) => {
    const sinceMono = observation.kind === 'reclaim.finished' ? begun.get(observation.action) : undefined;
    return sinceMono === undefined ? [] : [observation.at.mono - sinceMono];
  });
}

const share = (disk: string): number => {
  const { bavail, blocks } = statfsSync(disk);
  return bavail / blocks;
};

/** Leaves this share of the disk available. */
function leave(disk: string, wanted: number): void {
  const path = join(disk, 'filler');
  rmSync(path, { force: true });
  const { blocks, bsize } = statfsSync(disk);
  execFileSync('fallocate', ['-l', String(Math.floor((share(disk) - wanted) * blocks * bsize)), path]);
}
