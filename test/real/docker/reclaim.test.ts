import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ReclaimReport } from '../../../src/cli/reclaim/report.ts';
import { until } from '../../kit/until.ts';
import { type Daemon, startDaemon, whyNoDocker } from './daemon.ts';
import { type ImageWanted, imageArchive } from './image-archive.ts';
import { DAY_MS, engineAt, reclaimBench } from './reclaim-bench.ts';

const LONG_AGO = new Date(Date.now() - 60 * DAY_MS);
const SLEEP = ['/bin/busybox', 'sleep', '3600'];

/**
 * Whether a process with this among its arguments exists. A build's programs have it; their builder
 * gets its Dockerfile as input.
 */
const isRunning = (mark: string): boolean =>
  readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  });
const removed = ({ reclaimers }: ReclaimReport) => reclaimers.flatMap(({ remove }) => remove.map(({ id }) => id));
const notes = ({ reclaimers }: ReclaimReport) => reclaimers.flatMap((one) => one.notes).join();
const keptBecause = ({ reclaimers }: ReclaimReport, id: string) =>
  reclaimers.flatMap(({ keep }) => keep).find((item) => item.id === id)?.because;

describe.each(['classic', 'containerd'] as const)('reclaim on a real engine (%s store)', (kind) => {
  let why: string | null = null;
  let daemon: Daemon;
  beforeAll(async () => {
    why = whyNoDocker(kind);
    if (why === null) daemon = await startDaemon(tmpdir(), kind);
  });
  afterAll(() => daemon?.stop());
  beforeEach((context) => {
    if (why !== null) context.skip(why);
    for (const id of daemon.docker(['ps', '-aq']).split('\n').filter(Boolean)) daemon.docker(['rm', '-f', id]);
    for (const id of left()) daemon.docker(['rmi', '-f', id]);
    daemon.docker(['builder', 'prune', '-af']);
  });

  // containerd's store dates each load and tag itself, so nothing here is older than this test.
  const env: Readonly<Record<string, string>> = kind === 'classic' ? {} : { DOGWATCH_RECLAIM_MIN_AGE: '2s' };
  const isOldEnough = () => setTimeout(kind === 'classic' ? 0 : 2500);

  /** Returns the engine's id for the image: each store has its own. */
  function load(name: string, wanted: Partial<ImageWanted> = {}): string {
    const { archive } = imageArchive({ tags: [`${name}:1`], builtAt: LONG_AGO, content: name, ...wanted });
    const before = new Set(left());
    daemon.docker(['load', '-q'], archive);
    const [id, ...others] = left().filter((one) => !before.has(one));
    if (id === undefined || others.length > 0) throw new Error(`loaded ${id} and ${others}`);
    return id;
  }
  const create = (image: string, ...args: string[]) => daemon.docker(['create', '--network', 'none', ...args, image, ...SLEEP]);
  /**
   * A classic build counts as running for a while after its last step, because none may be visible
   * between two steps.
   */
  const buildsAreOver = (bench: ReturnType<typeof reclaimBench>) =>
    expect
      .poll(async () => notes(await bench.report(['--dry-run'])), { timeout: 60_000, interval: 500 })
      .not.toContain('a build is running');
  const left = () => [...new Set(daemon.docker(['images', '-aq', '--no-trunc']).split('\n').filter(Boolean))];

  test('only images without containers that were unused for a week and are not to be kept are removed', async () => {
    const bench = reclaimBench(daemon.socket);
    const held = ['created', 'exited', 'paused', 'running', 'renamed'].map((name) => [name, load(name)] as const);
    const containers = held.map(([name]) => create(`${name}:1`, '--name', name, '-v', `${name}-volume:/data`));
    for (const name of ['exited', 'paused', 'running']) daemon.docker(['start', name]);
    daemon.docker(['kill', 'exited']);
    daemon.docker(['pause', 'paused']);
    const labelled = load('labelled', { labels: { 'dogwatch.keep': '' } });
    const named = load('named');
    const young = kind === 'classic' ? [load('young')] : [];
    const stale = [load('stale'), load('dangling', { tags: [] }), load('twice', { tags: ['twice:1', 'another.example/twice:2'] })];
    // The container's image loses its name to a newer one, which is not in use.
    const newer = load('renamed', { content: 'newer' });
    await bench.rememberAll(8 * DAY_MS, (ledger) => {
      const images = new Map(ledger.images);
      for (const id of young) images.set(id, { firstSeenWall: Date.now() - 6 * DAY_MS, use: null });
      return { ...ledger, images };
    });
    const bare = await bench.report(['--dry-run'], kind === 'classic' ? { DOGWATCH_RECLAIM_MIN_AGE: '9d' } : {});
    expect(removed(bare)).toEqual([]);
    await isOldEnough();
    const rules = { ...env, DOGWATCH_RECLAIM_KEEP: 'named' };

    const dry = await bench.report(['--dry-run'], rules);
    expect(removed(dry).toSorted()).toEqual([...stale, newer].toSorted());
    expect(left()).toHaveLength(5 + 2 + young.length + 3 + 1);
    for (const [name, id] of held) expect(keptBecause(dry, id)).toContain(`used by ${name}`);
    expect(keptBecause(dry, labelled)).toContain('dogwatch.keep');
    expect(keptBecause(dry, named)).toContain('named:1');
    for (const id of young) expect(keptBecause(dry, id)).toContain('first seen 6d');

    const real = await bench.report([], rules);
    expect(removed(real)).toEqual(removed(dry));
    expect(real.reclaimers.flatMap(({ remove }) => remove.map(({ outcome }) => outcome))).toEqual(Array(4).fill('freed'));
    expect(left().toSorted()).toEqual([...held.map(([, id]) => id), labelled, named, ...young].toSorted());
    expect(daemon.docker(['ps', '-aq', '--no-trunc']).split('\n').toSorted()).toEqual(containers.toSorted());
    expect(daemon.docker(['volume', 'ls', '-q']).split('\n')).toHaveLength(5);
    expect(removed(await bench.report([], rules))).toEqual([]);
  });

  test('images that no watchdog ever saw are kept, until trust in build dates is chosen and confirmed', async () => {
    const bench = reclaimBench(daemon.socket);
    const old = load('old');
    const fresh = load('fresh', { builtAt: new Date() });
    const first = await bench.report([]);
    expect(removed(first)).toEqual([]);
    expect(notes(first)).toContain('nothing is known yet');

    if (kind === 'containerd') {
      const loaded = await bench.report(['--trust-build-dates', '--yes']);
      expect(removed(loaded)).toEqual([]);
      return expect(keptBecause(loaded, old)).toContain('tagged, pulled or loaded');
    }
    const shown = await bench.dogwatch(['--trust-build-dates']);
    expect(shown.out).toMatch(/^remove +old:1/m);
    expect(shown.out).toContain('Nothing was removed. 1 can be removed');
    expect(left()).toHaveLength(2);

    expect(removed(await bench.report(['--trust-build-dates', '--yes']))).toEqual([old]);
    expect(left()).toEqual([fresh]);
  });

  test("an image ages from its last container's last day", async () => {
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
    // No watchdog ran, but the engine recorded it.
    const report = await bench.report(['--dry-run'], kind === 'classic' ? {} : { DOGWATCH_RECLAIM_MIN_AGE: '1h' });
    expect(removed(report)).toEqual([]);
    expect(keptBecause(report, image)).toMatch(/^container \w+ \d/);
  });

  test('build cache is removed by its last use', async () => {
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
    // For a moment after a build the engine keeps what the build used, without saying so.
    for (let rest = await unused(); rest !== 0; rest = await unused())
      expect(cacheOf(await bench.report([], env))).toMatchObject({ problem: null, remove: [{ outcome: 'freed' }] });
    expect(left().length).toBeGreaterThanOrEqual(2);
  });

  test('the base of a kept image is kept, whatever built it', async () => {
    const bench = reclaimBench(daemon.socket);
    const [base, other] = [load('base'), load('other')];
    const steps = ['FROM base:1', 'LABEL dogwatch.keep=1', 'RUN ["/bin/busybox", "mkdir", "/built"]'];
    daemon.docker(['build', '--network', 'none', '-q', '-t', 'child:1', '-'], steps.join('\n'));
    await bench.rememberAll(30 * DAY_MS);
    await isOldEnough();
    // For a moment after a build the engine keeps what the build used.
    const cache = () => daemon.docker(['system', 'df', '-v', '--format', '{{json .BuildCache}}']);
    await until('no build runs', () => !cache().includes('"InUse":"true"'));
    const report = await bench.report([], { ...env, DOGWATCH_RECLAIM_BUILD_CACHE: '0' });
    expect(removed(report)).toEqual([other]);
    expect(left()).toContain(base);
    expect(keptBecause(report, base)).toContain('was built on it');
  });

  test.each(['classic', 'BuildKit'])('a running %s build keeps all images, with or without a visible container', async (builder) => {
    const bench = reclaimBench(daemon.socket);
    const ids = [load('first'), load('second'), load('other')];
    await bench.rememberAll(30 * DAY_MS);
    await isOldEnough();
    const mark = `step-${randomUUID()}`;
    const steps = [
      'FROM first:1 AS a',
      'FROM second:1 AS b',
      `RUN ["/bin/busybox", "sh", "-c", "/bin/busybox sleep 6; : ${mark}"]`,
      'FROM a',
      'COPY --from=b /bin/busybox /bb',
    ];
    const building = daemon.building(['--network', 'none', '-t', 'built:1', '-'], steps.join('\n'), builder === 'BuildKit');
    await until('a step runs', () => isRunning(mark));
    const during = await bench.report([], env);
    expect(removed(during)).toEqual([]);
    expect(notes(during)).toContain('a build is running');
    expect(await building).toBe(0);
    expect(left()).toEqual(expect.arrayContaining(ids));
    await buildsAreOver(bench);
  });

  test('nothing ages across a boot with a clock that is ahead', async () => {
    const bench = reclaimBench(daemon.socket);
    await buildsAreOver(bench);
    const base = load('base');
    const lastBoot = { wall: Date.now() - 30 * DAY_MS, mono: 60_000, bootId: 'another' };
    await bench.rememberAll(30 * DAY_MS + 60_000, (ledger) => ({ ...ledger, seenAt: lastBoot }));
    await isOldEnough();
    const report = await bench.report(['--dry-run'], { DOGWATCH_RECLAIM_MIN_AGE: '1h' });
    expect(removed(report)).toEqual([]);
    expect(keptBecause(report, base)).toMatch(/ago$/);
  });

  test('two concurrent reclaims of one engine do not disturb each other', async () => {
    const benches = [reclaimBench(daemon.socket), reclaimBench(daemon.socket)] as const;
    await buildsAreOver(benches[0]);
    const ids = Array.from({ length: 12 }, (_, number) => load(`image${number}`));
    for (const bench of benches) await bench.rememberAll(30 * DAY_MS);
    await isOldEnough();
    const ended = await Promise.all(benches.map((bench) => bench.dogwatch([], env)));
    const said = JSON.stringify(ended, null, 2);
    expect(
      ended.map(({ code }) => code),
      said,
    ).toEqual([0, 0]);
    expect(left(), said).toEqual([]);
    expect(ids).toHaveLength(12);
  });

  test('a stopped engine and a killed one are reported clearly, and nothing hangs', async () => {
    const bench = reclaimBench(daemon.socket);
    const image = load('stale');
    await bench.rememberAll(30 * DAY_MS);
    daemon.process().kill('SIGSTOP');
    const stopped = await bench.dogwatch([]).finally(() => daemon.process().kill('SIGCONT'));
    expect(stopped).toMatchObject({ code: 69, out: expect.stringContaining('Docker did not answer within') });

    daemon.process().kill('SIGKILL');
    await new Promise((resolve) => daemon.process().once('exit', resolve));
    expect(await bench.dogwatch([])).toMatchObject({ code: 69, out: expect.stringContaining('Docker is not running') });
    await daemon.start();
    await isOldEnough();
    // Its record of events started over. What it dates itself may be as young as the time in which
    // no watchdog ran.
    expect(removed(await bench.report([], env))).toEqual(kind === 'classic' ? [image] : []);
  });
});
