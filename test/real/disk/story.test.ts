import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Run } from '../../../src/core/model/run.ts';
import { layout } from '../../../src/store/directory/layout.ts';
import { openReader } from '../../../src/store/reader.ts';
import { endProcessesOf, type Stage, staged } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { type Daemon, startDaemon, whyNoDocker } from '../docker/daemon.ts';
import { type ImageWanted, imageArchive } from '../docker/image-archive.ts';
import { DAY_MS, remember } from '../docker/reclaim-bench.ts';
import { loopDisk } from './loop.ts';
import { SMALL_DISK } from './small.ts';

const MIB = 2 ** 20;
const SLOWLY_MS = 120_000;
const STORY = { timeout: 400_000 };
const LONG_AGO = new Date(Date.now() - 60 * DAY_MS);
const SLEEP = ['/bin/busybox', 'sleep', '3600'];

/** Writes more than fits, prints the error, and leaves nothing behind. */
const AGENT = `#!/bin/sh
if dd if=/dev/zero of=out bs=1M count=100; then touch done; rm out; else rm -f out; exit 1; fi
`;

const available = (path: string): number => {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
};

/** Takes all space except this much. */
function fill(disk: string, leftBytes: number): string {
  const path = join(disk, 'filler');
  const chunk = Buffer.alloc(MIB, 1);
  while (available(disk) > leftBytes + 2 * MIB) writeFileSync(path, chunk, { flag: 'a' });
  if (leftBytes > 0) return path;
  // To the last byte.
  for (const size of [4096, 1])
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size, 1), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  return path;
}

function workspace(disk: string): string {
  const cwd = join(disk, 'work');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'agent.sh'), AGENT, { mode: 0o755 });
  return cwd;
}

const run = (stage: Stage, cwd: string, env: Readonly<Record<string, string>>) =>
  stage.does(['run', '--name', 'job', '--detach', '--cwd', cwd, '--done-file', 'done', '--', './agent.sh'], {
    env: { ...SMALL_DISK, ...env },
  });

const heldByDisk = (stage: Stage): Promise<Run> =>
  until('the disk holds it', () => {
    const found = stage.run();
    return found?.holds.some(({ kind }) => kind === 'disk') === true && found;
  }) as Promise<Run>;

const complete = (stage: Stage) => until('it is complete', () => stage.run()?.state === 'complete' && stage.run(), SLOWLY_MS);
const log = (stage: Stage): string => readFileSync(stage.where.watchdogLog, 'utf8');

function load(daemon: Daemon, name: string, wanted: Partial<ImageWanted> = {}): string {
  const { id, archive } = imageArchive({ tags: [`${name}:1`], builtAt: LONG_AGO, content: name, ...wanted });
  daemon.docker(['load', '-q'], archive);
  return id;
}
const left = (daemon: Daemon) => daemon.docker(['images', '-aq', '--no-trunc']).split('\n').filter(Boolean).toSorted();

/** A disk that holds an engine and a workspace. */
async function setDisk(skip: (why: string) => never) {
  const why = whyNoDocker();
  if (why !== null) skip(why);
  const disk = loopDisk({ skip } as Parameters<typeof loopDisk>[0], 1536);
  const daemon = await startDaemon(disk);
  onTestFinished(() => daemon.stop());
  return { disk, daemon, cwd: workspace(disk), env: { DOGWATCH_DOCKER_HOSTS: `unix://${daemon.socket}` } };
}

staged(
  'a run dies of a full disk: stale images are removed, everything else is kept, and the run continues by itself',
  STORY,
  async ({ stage, skip }) => {
    const { disk, daemon, cwd, env } = await setDisk(skip as never);
    const big = (name: string) => ({ content: name.padEnd(130 * MIB, name) });
    const stale = [load(daemon, 'stale', big('s')), load(daemon, 'older', big('o'))];
    const labelled = load(daemon, 'labelled', { labels: { 'dogwatch.keep': '' } });
    const used = load(daemon, 'used');
    const young = load(daemon, 'young');
    const container = daemon.docker(['create', '--network', 'none', '--name', 'holder', 'used:1', ...SLEEP]);
    await remember(stage.where, daemon.socket, 8 * DAY_MS, (ledger) => {
      const images = new Map(ledger.images).set(young, { firstSeenWall: Date.now() - 6 * DAY_MS, use: null });
      return { ...ledger, images };
    });
    fill(disk, 60 * MIB);
    // The engine answers only after the agent has died: otherwise space would be freed too early.
    const process = daemon.process();
    process.kill('SIGSTOP');
    onTestFinished(() => void process.kill('SIGCONT'));
    await run(stage, cwd, env);

    const held = await heldByDisk(stage);
    expect(held.state).toBe('waiting');
    process.kill('SIGCONT');
    const done = await complete(stage);
    expect(left(daemon)).toEqual([labelled, used, young].toSorted());
    expect(stale.some((id) => left(daemon).includes(id))).toBe(false);
    expect(daemon.docker(['ps', '-aq', '--no-trunc'])).toBe(container);
    expect(done?.charged).toEqual([]);
    expect(readFileSync(stage.attempt(1).mark === null ? '' : join(stage.where.runs, 'job.1', 'attempts', '1', 'log'), 'utf8')).toContain(
      'No space left on device',
    );
    // What was done to the machine is in the host's history.
    const host = (await stage.does(['history', '--host', '--json'])).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(host.flatMap(({ actions }) => actions)).toContain('reclaim');
    expect(host.map(({ observation }) => observation)).toContain('reclaim.finished');
    expect(log(stage)).toMatch(/this machine: .*none → critical/);
    expect(log(stage)).toMatch(/images removed 2 and freed \d{3}(?:\.\d)? MiB/);
  },
);

staged(
  'before its first attempt all stale images are removed, however much room there is; a hung engine delays no run for long',
  STORY,
  async ({ stage, skip }) => {
    const { daemon, cwd, env } = await setDisk(skip as never);
    load(daemon, 'stale');
    await remember(stage.where, daemon.socket, 8 * DAY_MS);
    const before = { ...env, DOGWATCH_PRERECLAIM: '1', DOGWATCH_DISK_CRITICAL: '0%', DOGWATCH_DISK_SOFT: '0%' };
    await run(stage, cwd, before);
    await complete(stage);
    expect(left(daemon)).toEqual([]);
    expect(
      stage
        .history()
        .map(({ because }) => because)
        .join('\n'),
    ).toContain('1 stale image was removed before it');

    const process = daemon.process();
    process.kill('SIGSTOP');
    onTestFinished(() => void process.kill('SIGCONT'));
    rmSync(join(cwd, 'done'));
    const begun = Date.now();
    await run(stage, cwd, before);
    await complete(stage);
    expect(
      stage
        .history()
        .map(({ because }) => because)
        .join('\n'),
    ).toContain('no stale images were removed before it: there was no time left for it');
    // It may take eight seconds; a loaded machine adds to that.
    expect(Date.now() - begun).toBeLessThan(60_000);
  },
);

staged(
  'nothing can be freed: a person is notified once, with what was tried, and again when there is room',
  STORY,
  async ({ stage, skip }) => {
    const disk = loopDisk({ skip } as never, 512);
    const cwd = workspace(disk);
    const filler = fill(disk, 20 * MIB);
    await run(stage, cwd, { DOGWATCH_RECLAIM_COMMANDS: `@${disk} true` });
    await heldByDisk(stage);
    await until('a person is notified', () => log(stage).includes('nothing more can be freed'));
    await until('the run says so', () => stage.run()?.holds[0]?.because.includes('a person is notified'));
    const notices = JSON.parse((await stage.does(['status', '--json'])).stdout).notices as { subject: string }[];
    expect(notices).toHaveLength(1);
    rmSync(filler);
    await complete(stage);
    await until('it is over', () => log(stage).includes('has enough space again'));
    const lines = log(stage)
      .split('\n')
      .filter((line) => line.includes(': space on a disk has run out'));
    expect(lines.map((line) => line.includes('over: '))).toEqual([false, true]);
  },
);

staged(
  'with its own state on the full disk dogwatch frees space, loses nothing, and takes its reserve back',
  STORY,
  async ({ stage, skip }) => {
    const disk = loopDisk({ skip } as never, 512);
    const cwd = workspace(disk);
    const state = join(disk, 'state');
    // A watchdog that outlived its disk would make its directories anew below where that was mounted.
    onTestFinished(async () => void (await endProcessesOf(state)));
    const env = {
      DOGWATCH_STATE_DIR: state,
      DOGWATCH_BALLAST: '8MiB',
      DOGWATCH_RECLAIM_COMMANDS: `@${disk} sleep 2; rm -f ${join(disk, 'filler')}`,
    };
    await stage.does(['run', '--name', 'first', '--cwd', cwd, '--done-exit', '--', 'true'], { env: { ...SMALL_DISK, ...env } });
    await until('there is a reserve', () => statOf(join(state, 'ballast')) === 8 * MIB);
    fill(disk, 0);
    await run(stage, cwd, env);
    const found = () => {
      const reader = openReader(layout(state));
      try {
        return reader.run('job');
      } finally {
        reader.close();
      }
    };
    await until('it is complete', () => found()?.state === 'complete', SLOWLY_MS);
    const history = (await stage.does(['history', 'job', '--json'], { env: { ...SMALL_DISK, ...env } })).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(history.map(({ seq }) => seq)).toEqual(history.map(({ seq }) => seq).toSorted((a, b) => a - b));
    expect(history[0].because).toContain('registered');
    expect(history.at(-1).state).toBe('complete');
    await until('the reserve is back', () => statOf(join(state, 'ballast')) === 8 * MIB);
  },
);

const statOf = (path: string): number => {
  try {
    return readFileSync(path).length;
  } catch {
    return 0;
  }
};
