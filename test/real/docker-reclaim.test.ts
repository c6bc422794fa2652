import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ReclaimReport } from '../../src/cli/reclaim-report.ts';
import { until } from '../until.ts';
import { type Daemon, startDaemon, whyNoDocker } from './docker/daemon.ts';
import { type ImageWanted, imageArchive } from './docker/image-archive.ts';
import { DAY_MS, engineAt, reclaimBench } from './docker/reclaim-bench.ts';

const LONG_AGO = new Date(Date.now() - 60 * DAY_MS);
const SLEEP = ['/bin/busybox', 'sleep', '3600'];

let why: string | null = null;
let daemon: Daemon;
beforeAll(async () => {
  why = whyNoDocker();
  if (why === null) daemon = await startDaemon();
});
afterAll(() => daemon?.stop());
beforeEach((context) => {
  if (why !== null) context.skip(why);
  for (const id of daemon.docker(['ps', '-aq']).split('\n').filter(Boolean)) daemon.docker(['rm', '-f', id]);
  for (const id of daemon.docker(['images', '-aq']).split('\n').filter(Boolean)) daemon.docker(['rmi', '-f', id]);
  daemon.docker(['builder', 'prune', '-af']);
});

function load(name: string, wanted: Partial<ImageWanted> = {}): string {
  const { id, archive } = imageArchive({ tags: [`${name}:1`], builtAt: LONG_AGO, content: name, ...wanted });
  daemon.docker(['load', '-q'], archive);
  return id;
}
const create = (image: string, ...args: string[]) => daemon.docker(['create', '--network', 'none', ...args, image, ...SLEEP]);
const left = () => daemon.docker(['images', '-aq', '--no-trunc']).split('\n').filter(Boolean);
const removed = ({ reclaimers }: ReclaimReport) => reclaimers.flatMap(({ remove }) => remove.map(({ id }) => id));
const keptBecause = ({ reclaimers }: ReclaimReport, id: string) =>
  reclaimers.flatMap(({ keep }) => keep).find((item) => item.id === id)?.because;

describe('reclaim on a real engine', () => {
  test('only images go that no container has, that were not used for a week, and that nobody wants kept', async () => {
    const bench = reclaimBench(daemon.socket);
    const held = ['created', 'exited', 'paused', 'running', 'renamed'].map((name) => [name, load(name)] as const);
    const containers = held.map(([name]) => create(`${name}:1`, '--name', name, '-v', `${name}-volume:/data`));
    for (const name of ['exited', 'paused', 'running']) daemon.docker(['start', name]);
    daemon.docker(['kill', 'exited']);
    daemon.docker(['pause', 'paused']);
    const labelled = load('labelled', { labels: { 'dogwatch.keep': '' } });
    const named = load('named');
    const young = load('young');
    const stale = [load('stale'), load('dangling', { tags: [] }), load('twice', { tags: ['twice:1', 'another.example/twice:2'] })];
    // The container's image loses its name to a newer one, which nobody uses.
    const newer = load('renamed', { content: 'newer' });
    await bench.rememberAll(8 * DAY_MS, (ledger) => {
      const images = new Map(ledger.images).set(young, { firstSeenWall: Date.now() - 6 * DAY_MS, use: null });
      return { ...ledger, images };
    });
    const env = { DOGWATCH_RECLAIM_KEEP: 'named' };

    const dry = await bench.report(['--dry-run'], env);
    expect(removed(dry).toSorted()).toEqual([...stale, newer].toSorted());
    expect(left()).toHaveLength(5 + 3 + 3 + 1 + 1);
    for (const [name, id] of held) expect(keptBecause(dry, id)).toContain(`used by ${name}`);
    expect(keptBecause(dry, labelled)).toContain('dogwatch.keep');
    expect(keptBecause(dry, named)).toContain('named:1');
    expect(keptBecause(dry, young)).toContain('first seen 6d');

    const real = await bench.report([], env);
    expect(removed(real)).toEqual(removed(dry));
    expect(real.reclaimers.flatMap(({ remove }) => remove.map(({ outcome }) => outcome))).toEqual(Array(4).fill('freed'));
    expect(left().toSorted()).toEqual([...held.map(([, id]) => id), labelled, named, young].toSorted());
    expect(daemon.docker(['ps', '-aq', '--no-trunc']).split('\n').toSorted()).toEqual(containers.toSorted());
    expect(daemon.docker(['volume', 'ls', '-q']).split('\n')).toHaveLength(5);
    expect(removed(await bench.report([], env))).toEqual([]);
  });

  test('what a watchdog never saw stays, until build dates are trusted and that is confirmed', async () => {
    const bench = reclaimBench(daemon.socket);
    const old = load('old');
    const fresh = load('fresh', { builtAt: new Date() });
    const first = await bench.report([]);
    expect(removed(first)).toEqual([]);
    expect(first.reclaimers.flatMap(({ notes }) => notes).join()).toContain('nothing is known yet');

    const shown = await bench.dogwatch(['--trust-build-dates']);
    expect(shown.out).toMatch(/^remove +old:1/m);
    expect(shown.out).toContain('Nothing was removed. 1 may go');
    expect(left()).toHaveLength(2);

    expect(removed(await bench.report(['--trust-build-dates', '--yes']))).toEqual([old]);
    expect(left()).toEqual([fresh]);
  });

  test("the age of an image is that of its last container's last day", async () => {
    const bench = reclaimBench(daemon.socket);
    const image = load('once');
    create('once:1', '--name', 'once');
    await bench.rememberAll(30 * DAY_MS);
    const engine = engineAt(daemon.socket);
    const containers = await engine.containers();
    expect(containers).toEqual({ kind: 'ok', value: [expect.objectContaining({ name: 'once', state: 'created' })] });
    expect(containers.kind === 'ok' && Math.abs((containers.value[0]?.usedWall ?? 0) - Date.now())).toBeLessThan(600_000);
    daemon.docker(['start', 'once']);
    expect(await engine.containers()).toEqual({ kind: 'ok', value: [expect.objectContaining({ state: 'running', usedWall: null })] });
    daemon.docker(['rm', '-f', 'once']);
    // Nobody watched, but the engine recorded it.
    const report = await bench.report(['--dry-run']);
    expect(removed(report)).toEqual([]);
    expect(keptBecause(report, image)).toMatch(/^container \w+ \d/);
  });

  test('build cache goes by its last use', async () => {
    const bench = reclaimBench(daemon.socket);
    load('base');
    daemon.docker(['build', '--network', 'none', '-q', '-'], 'FROM base:1\nRUN ["/bin/busybox", "mkdir", "/built"]\n');
    const cacheOf = (report: ReclaimReport) => report.reclaimers.find(({ name }) => name === 'build-cache');
    expect(cacheOf(await bench.report(['--dry-run']))?.remove).toEqual([]);
    await bench.rememberAll(30 * DAY_MS);
    const env = { DOGWATCH_RECLAIM_MIN_AGE: '0s', DOGWATCH_RECLAIM_IMAGES: '0', DOGWATCH_RECLAIM_DANGLING: '0' };
    const unused = async () => {
      const cache = await engineAt(daemon.socket).buildCache();
      return cache.kind === 'ok' ? cache.value.filter(({ isInUse }) => !isInUse).length : null;
    };
    expect(await unused()).toBeGreaterThan(0);
    // For a moment after a build the engine holds on to what the build used, without saying so.
    for (let rest = await unused(); rest !== 0; rest = await unused())
      expect(cacheOf(await bench.report([], env))).toMatchObject({ problem: null, remove: [{ outcome: 'freed' }] });
    expect(left().length).toBeGreaterThanOrEqual(2);
  });

  test('what a kept image was built on stays, whoever built it', async () => {
    const bench = reclaimBench(daemon.socket);
    const [base, other] = [load('base'), load('other')];
    await bench.rememberAll(30 * DAY_MS);
    daemon.docker(['build', '--network', 'none', '-q', '-t', 'child:1', '-'], 'FROM base:1\nRUN ["/bin/busybox", "mkdir", "/built"]\n');
    const report = await bench.report([], { DOGWATCH_RECLAIM_BUILD_CACHE: '0' });
    expect(left()).toContain(base);
    expect(removed(report)).toEqual([other]);
  });

  test('a build at work keeps all images, whether a container is there or not, and what it used is young after it', async () => {
    const bench = reclaimBench(daemon.socket);
    const ids = [load('first'), load('second'), load('other')];
    await bench.rememberAll(30 * DAY_MS);
    const steps = [
      'FROM first:1 AS a',
      'FROM second:1 AS b',
      'RUN ["/bin/busybox", "sleep", "6"]',
      'FROM a',
      'COPY --from=b /bin/busybox /bb',
    ];
    const building = daemon.building(['--network', 'none', '-t', 'built:1', '-'], steps.join('\n'));
    await until('a step is at work', () => daemon.docker(['ps', '-q']) !== '');
    const during = await bench.report([]);
    expect(removed(during)).toEqual([]);
    expect(during.reclaimers.flatMap(({ notes }) => notes).join()).toContain('a build is at work');
    expect(await building).toBe(0);
    expect(left()).toEqual(expect.arrayContaining(ids));
  });

  test('a stopped engine and a killed one are said in words, and nothing hangs', async () => {
    const bench = reclaimBench(daemon.socket);
    const image = load('stale');
    await bench.rememberAll(30 * DAY_MS);
    daemon.process().kill('SIGSTOP');
    const stopped = await bench.dogwatch([]).finally(() => daemon.process().kill('SIGCONT'));
    expect(stopped).toMatchObject({ code: 69, out: expect.stringContaining('Docker gave no answer within') });

    daemon.process().kill('SIGKILL');
    await new Promise((resolve) => daemon.process().once('exit', resolve));
    expect(await bench.dogwatch([])).toMatchObject({ code: 69, out: expect.stringContaining('Docker does not run') });
    await daemon.start();
    expect(removed(await bench.report([]))).toEqual([image]);
  });
});
