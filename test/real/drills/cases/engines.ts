import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { Stage } from '../../../kit/stage.ts';
import { until } from '../../../kit/until.ts';
import { type Daemon, type EngineKind, startDaemon, whyNoDocker } from '../../docker/daemon.ts';
import { imageArchive } from '../../docker/image-archive.ts';
import { DAY_MS, remember } from '../../docker/reclaim-bench.ts';
import { anotherClock } from '../../faketime.ts';
import type { Drill, Surroundings } from '../drill.ts';
import { type AtEnd, onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { RUN, THREE_LIVES } from '../story.ts';
import { atWork, endOf, startWatchdog } from '../watching.ts';

const KINDS: readonly EngineKind[] = ['classic', 'containerd'];
const LONG_AGO = new Date(Date.now() - 60 * DAY_MS);
const LONG_MS = 120_000;

/** A real engine, and the variables for each watchdog and command that uses it. */
async function engineOf({ skip }: Surroundings, atEnd: AtEnd, kind: EngineKind) {
  const missing = whyNoDocker(kind);
  if (missing !== null) skip(missing);
  const daemon = await startDaemon(tmpdir(), kind);
  atEnd(daemon.stop);
  // containerd's store dates each load itself, so nothing there is older than this drill.
  const age = kind === 'classic' ? {} : { DOGWATCH_RECLAIM_MIN_AGE: '2s' };
  return { daemon, env: { DOGWATCH_DOCKER_HOSTS: `unix://${daemon.socket}`, DOGWATCH_PRERECLAIM: '1', ...age } };
}

const left = (daemon: Daemon): readonly string[] => daemon.docker(['images', '-aq', '--no-trunc']).split('\n').filter(Boolean);

/** Returns the engine's id for the image: each store has its own. */
function load(daemon: Daemon, name: string): string {
  const before = left(daemon);
  daemon.docker(['load', '-q'], imageArchive({ tags: [`${name}:1`], builtAt: LONG_AGO, content: name }).archive);
  const loaded = left(daemon).find((id) => !before.includes(id));
  if (loaded === undefined) throw new Error(`${name} was not loaded`);
  return loaded;
}

/** The processes with this among their arguments: the steps of the build that contains it. */
const stepsWith = (mark: string): readonly number[] =>
  readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(mark) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });

/** A running build, until its step is asked to end. */
async function building(daemon: Daemon, byBuildKit: boolean) {
  const mark = `step-${randomUUID()}`;
  const script = `trap "exit 0" TERM; while :; do /bin/busybox sleep 0.1; done; : ${mark}`;
  const steps = [
    'FROM first:1 AS a',
    'FROM second:1 AS b',
    `RUN ${JSON.stringify(['/bin/busybox', 'sh', '-c', script])}`,
    'FROM a',
    'COPY --from=b /bin/busybox /bb',
    'LABEL dogwatch.keep=1',
  ];
  const ended = daemon.building(['--network', 'none', '-t', `built-${byBuildKit}:1`, '-'], steps.join('\n'), byBuildKit);
  await until('a step runs', () => stepsWith(mark).length > 0, LONG_MS);
  return {
    finish: () => {
      for (const pid of stepsWith(mark)) process.kill(pid, 'SIGTERM');
      return ended;
    },
  };
}

const builds = (kind: EngineKind): Drill => ({
  name: `builds run while space is freed before each attempt (a real engine, ${kind} store)`,
  holds:
    'no image is removed meanwhile, both builds succeed, and the base of a kept image is kept after them; what is unused is removed then',
  play: (surroundings) =>
    onStage(async (stage, atEnd) => {
      const { daemon, env } = await engineOf(surroundings, atEnd, kind);
      const ids = new Map(['first', 'second', 'base', 'unused'].map((name) => [load(daemon, name), name]));
      const stays = () => left(daemon).flatMap((id) => ids.get(id) ?? []);
      daemon.docker(['build', '--network', 'none', '-q', '-t', 'child:1', '-'], 'FROM base:1\nLABEL dogwatch.keep=1\n');
      await remember(stage.where, daemon.socket, 30 * DAY_MS);
      const atOnce = [await building(daemon, false), await building(daemon, true)];
      stage.agent(THREE_LIVES);
      const watching = await atWork(stage, [], env);
      await stage.does(RUN, { env });
      await stage.does(['reclaim'], { env });
      expect(stays()).toHaveLength(ids.size);
      for (const { finish } of atOnce) expect(await finish()).toBe(0);
      // For a while after a build the engine shows what it used as in use.
      const deadline = performance.now() + LONG_MS;
      while (stays().includes('unused') && performance.now() < deadline) await stage.does(['reclaim'], { env });
      // The second one only copied a file from it: it is kept for its age, which the other store
      // dates itself.
      expect(
        stays()
          .filter((name) => kind === 'classic' || name !== 'second')
          .toSorted(),
      ).toEqual(kind === 'classic' ? ['base', 'first', 'second'] : ['base', 'first']);
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return '2 builds at once';
    }),
});

/** The engine's images that the state knows. */
function known(stage: Stage): readonly unknown[] {
  if (!existsSync(stage.where.database)) return [];
  const db = new DatabaseSync(stage.where.database, { readOnly: true, timeout: 5000 });
  try {
    return db
      .prepare('SELECT image FROM images')
      .all()
      .map(({ image }) => image);
  } catch {
    return [];
  } finally {
    db.close();
  }
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

const laterBoot = (kind: EngineKind): Drill => ({
  name: `the machine boots again with a clock that is 30 days ahead (a real engine, ${kind} store)`,
  holds: 'no image ages by that: nothing is removed before an attempt or by `reclaim`, and the job continues',
  play: (surroundings) =>
    onStage(async (stage, atEnd) => {
      const clock = anotherClock('+30d');
      if ('missing' in clock) return surroundings.skip(clock.missing);
      const { daemon, env } = await engineOf(surroundings, atEnd, kind);
      const day = { ...env, DOGWATCH_RECLAIM_MIN_AGE: '1d' };
      const image = load(daemon, 'base');
      const other = `${stage.directory}/boot-id`;
      writeFileSync(other, `${randomUUID()}\n`);
      // The boot before this one.
      const inBootBefore = ['unshare', '--mount', 'sh', '-c', `mount --bind '${other}' ${BOOT_ID} && exec "$@"`, 'sh'];
      const before = startWatchdog(stage, inBootBefore, day);
      await until('it knows the image', () => before.isDead() || known(stage).includes(image));
      before.child.kill('SIGTERM');
      const { code, stderr } = await before.ended;
      if (/^(?:unshare|mount): /m.test(stderr)) surroundings.skip('no other boot can be shown to a process here');
      expect([code, stderr]).toEqual([0, expect.not.stringMatching(/^\s+at /m)]);

      const ahead = { ...day, ...clock.env, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
      stage.agent(THREE_LIVES);
      // It starts the watchdog after its request exists: files have true dates, so to that watchdog
      // a new file is an old one.
      await stage.does(RUN, { env: ahead });
      await stage.does(['reclaim'], { env: ahead });
      expect(left(daemon)).toEqual([image]);
      expect((stage.run()?.attempt?.startedAt.wall ?? 0) - Date.now()).toBeGreaterThan(29 * DAY_MS);
      await expectSound(stage);
      return '';
    }),
});

export const engineDrills: readonly Drill[] = [...KINDS.map(builds), ...KINDS.map(laterBoot)];
