import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { EngineLedger } from '../../../src/core/images/image.ts';
import { attemptFiles } from '../../../src/store/directory/layout.ts';
import { lockReclaim } from '../../../src/store/lease/reclaim-lock.ts';
import type { View as StatusReport } from '../../../src/view/model.ts';
import { type Stage, staged } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { type Daemon, startDaemon, whyNoDocker } from '../docker/daemon.ts';
import { imageArchive } from '../docker/image-archive.ts';
import { DAY_MS, remember } from '../docker/reclaim-bench.ts';
import { mountOver } from './mount-over.ts';

const MIB = 2 ** 20;
const BALLAST_BYTES = 8 * MIB;
/**
 * The pressure on the disk ends when 18 % of it are available: two of the large images exceed that,
 * one does not.
 */
const DISK_MIB = 1280;
const LARGE_BYTES = 160 * MIB;
const SETTINGS = {
  DOGWATCH_DISK_SOFT: '15%',
  DOGWATCH_DISK_CRITICAL: '8%',
  DOGWATCH_MIN_RECLAIM: '3%',
  DOGWATCH_DISK_GRACE: '500ms',
  DOGWATCH_DISK_HOLD: '1s',
  DOGWATCH_STAGGER: '0s',
  DOGWATCH_BALLAST: `${BALLAST_BYTES / MIB}MiB`,
};
const SLEEP = ['/bin/busybox', 'sleep', '3600'];

/**
 * Writes until the system refuses, prints the error, and dies of it. The second time it has nothing
 * more to write.
 */
const AGENT = '[ $n = 1 ] && { LC_ALL=C dd if=/dev/zero of=big bs=64k; exit 1; }; sync; echo x >done';

/** An image that was first seen this many days ago. */
interface Seen {
  readonly id: string;
  readonly days: number;
}

function images(daemon: Daemon) {
  const load = (name: string, days: number, { bytes = 0, tags = [`${name}:1`], labels = {} } = {}): Seen => {
    const builtAt = new Date(Date.now() - 60 * DAY_MS);
    const { id, archive } = imageArchive({ tags, labels, builtAt, content: name.padEnd(bytes, name) });
    daemon.docker(['load', '-q'], archive);
    return { id, days };
  };
  const goes = {
    dangling: load('dangling', 9, { tags: [] }),
    oldest: load('oldest', 30, { bytes: LARGE_BYTES }),
    older: load('older', 20, { bytes: LARGE_BYTES }),
  };
  const stays = {
    enoughWithoutIt: load('last', 10, { bytes: LARGE_BYTES }),
    labelled: load('labelled', 40, { labels: { 'dogwatch.keep': '' } }),
    young: load('young', 6),
    created: load('created', 40),
    exited: load('exited', 40),
    paused: load('paused', 40),
    running: load('running', 40),
  };
  return { goes, stays };
}

/**
 * Containers of these images, in all the states after which they are named. What `left` returns
 * about them must never change.
 */
function contain(daemon: Daemon): () => string {
  for (const name of ['created', 'exited', 'paused', 'running'])
    daemon.docker(['create', '--network', 'none', '--pull', 'never', '--name', name, '-v', `${name}:/data`, `${name}:1`, ...SLEEP]);
  for (const name of ['exited', 'paused', 'running']) daemon.docker(['start', name]);
  daemon.docker(['kill', 'exited']);
  daemon.docker(['pause', 'paused']);
  onTestFinished(() => void daemon.docker(['rm', '-f', 'running', 'paused']));
  return () =>
    daemon.docker(['ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.Image}} {{.State}}']) + daemon.docker(['volume', 'ls', '-q']);
}

const seenAt = (all: readonly Seen[]) => (ledger: EngineLedger) => {
  const firstSeen = all.map(({ id, days }) => [id, { firstSeenWall: Date.now() - days * DAY_MS, use: null }] as const);
  return { ...ledger, images: new Map(firstSeen) };
};

/** Takes space until only this much is left. */
function fill(disk: string, leftBytes: number): void {
  const file = openSync(join(disk, 'filler'), 'a');
  const left = () => {
    const { bavail, bsize } = statfsSync(disk);
    return bavail * bsize;
  };
  for (const chunk = Buffer.alloc(MIB, 1); left() > leftBytes; ) writeSync(file, chunk);
  closeSync(file);
}

/** Asks for the status repeatedly until it is stopped. Returns each answer. */
function asking(stage: Stage) {
  const reports: StatusReport[] = [];
  let isOver = false;
  const asked = (async () => {
    while (!isOver) reports.push(JSON.parse((await stage.does(['status', '--json'])).stdout));
  })();
  return {
    last: () => reports.at(-1),
    stop: async () => {
      isOver = true;
      await asked;
      return reports.length;
    },
  };
}

staged(
  'runs, state and images on one disk without a byte left: just enough stale images are removed, and everything continues by itself',
  { timeout: 400_000 },
  async ({ stage, skip }) => {
    const why = whyNoDocker();
    if (why !== null) skip(why);
    mountOver({ skip } as never, stage.directory, { kind: 'ext4', mib: DISK_MIB });
    mkdirSync(stage.cwd);
    const daemon = await startDaemon(stage.directory);
    onTestFinished(() => daemon.stop());
    const { goes, stays } = images(daemon);
    const containers = contain(daemon);
    const containersBefore = containers();
    await remember(stage.where, daemon.socket, 50 * DAY_MS, seenAt([...Object.values(goes), ...Object.values(stays)]));
    stage.agent(AGENT);
    // Nothing is freed while another process frees space.
    const lock = lockReclaim(stage.where, process.pid, () => false);
    if (lock.kind !== 'ours') throw new Error('another process is freeing space already');
    // Not critical yet: otherwise nothing would be started.
    fill(stage.directory, (DISK_MIB / 10) * MIB);
    const env = { ...SETTINGS, DOGWATCH_DOCKER_HOSTS: `unix://${daemon.socket}` };
    await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'], { env });

    const status = asking(stage);
    const held = await until('the disk holds the run', () => {
      const report = status.last();
      return report?.runs[0]?.holds.some(({ kind }) => kind === 'disk') && report;
    });
    expect(held.runs[0]).toMatchObject({ state: 'waiting', attempts: 1, resumesWithoutProgress: 0 });
    expect(readFileSync(attemptFiles(stage.where, 'job.1', 1).log, 'utf8')).toContain("error writing 'big': No space left on device");
    await until('the reserve is released', () => !existsSync(stage.where.ballast));
    expect(daemon.docker(['images', '-aq']).split('\n')).toHaveLength(10);

    lock.release();
    const done = await stage.inState('complete');
    expect(await status.stop()).toBeGreaterThan(2);
    expect(stage.lives().map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(done).toMatchObject({ charged: [], resumes: 1 });
    expect(daemon.docker(['images', '-aq', '--no-trunc']).split('\n').toSorted()).toEqual(
      Object.values(stays)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(containers()).toBe(containersBefore);
    expect(stage.history().map(({ to }) => to)).toEqual(expect.arrayContaining(['starting', 'waiting', 'complete']));
  },
);
