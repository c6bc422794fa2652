import { expect, test } from 'vitest';
import type { Effort } from '../../src/core/host/effort.ts';
import { type Host, NEW_HOST } from '../../src/core/host/state.ts';
import type { DevicePressure } from '../../src/core/model/disk.ts';
import type { Run } from '../../src/core/model/run.ts';
import { type FillPorts, fillSurvey } from '../../src/effects/disk-fills.ts';
import { MARKS } from '../kit/core/disks.ts';
import { working } from '../kit/core/world.ts';

const GIB = 2 ** 30;
const SECOND = 1000;
const DAY = 86_400_000;

/** The files of a run: what they take, and which of it is in files created when. */
interface Files {
  readonly bytes: number;
  readonly made: readonly { readonly atWall: number; readonly bytes: number }[];
}
const NO_FILES: Files = { bytes: 0, made: [] };

/** A disk of 100 GiB with some runs on it, each with a directory of its own, and a clock. */
function bench(...names: readonly string[]) {
  const runs = names.map((name) => {
    const { run } = working();
    return { ...run, id: `${name}.1`, name, spec: { ...run.spec, cwd: `/disk/${name}` } } as Run;
  });
  const sizes = new Map<string, Files | null>(names.map((name) => [`/disk/${name}`, NO_FILES]));
  const said: string[] = [];
  let looked: string[] = [];
  let [mono, wall, available] = [1000 * SECOND, Date.UTC(2026, 10, 23), 50 * GIB];
  let host: Host = NEW_HOST;
  const ports: FillPorts = {
    marks: MARKS,
    homes: ['/home/me'],
    own: ['/state'],
    now: () => ({ mono, wall }),
    host: () => host,
    runs: () => runs,
    realPath: async (path) => path,
    availableBytes: async () => available,
    sizeOf: async (path, sinceWalls) => {
      looked.push(path);
      const files = sizes.get(path);
      if (files == null) return null;
      const newSince = (since: number) => files.made.reduce((sum, { atWall, bytes }) => (atWall >= since ? sum + bytes : sum), 0);
      return { bytes: files.bytes, newBytes: sinceWalls.map(newSince) };
    },
    report: (problem) => said.push(problem),
  };
  const look = fillSurvey(ports);
  const device = (level: DevicePressure['level']): DevicePressure => ({
    device: '7',
    path: '/disk',
    paths: runs.map(({ spec }) => spec.cwd),
    level,
    because: '',
    sinceMono: 0,
    takenMono: mono,
    bytes: { available, total: 100 * GIB, lossPerMs: 0 },
    inodes: { available: 0, total: 0, lossPerMs: 0 },
    lowSinceMono: level === 'none' ? null : mono,
    clearSinceMono: { soft: null, critical: null },
    steppedMono: null,
  });
  return {
    runs,
    said,
    sizes,
    /** A new file, which takes this much; or with `createdAgoMs`, one that was begun before. */
    grow: (name: string, gib: number, createdAgoMs = 0) => {
      const { bytes, made } = sizes.get(`/disk/${name}`) ?? NO_FILES;
      const file = { atWall: wall - createdAgoMs, bytes: gib * GIB };
      sizes.set(`/disk/${name}`, { bytes: bytes + file.bytes, made: [...made, file] });
      available -= file.bytes;
    },
    lose: (gib: number) => {
      available -= gib * GIB;
    },
    setClock: (ms: number) => {
      wall += ms;
    },
    /** Its state; full means that everything that could be freed was. */
    at: async (level: DevicePressure['level'], isExhausted = level === 'critical', afterMs = 700 * SECOND) => {
      [mono, wall] = [mono + afterMs, wall + afterMs];
      looked = [];
      const effort: Effort = {
        path: '/disk',
        resting: {},
        freed: {},
        largest: [],
        told: false,
        exhaustedUntilMono: isExhausted ? mono + 1 : null,
      };
      host = { ...NEW_HOST, pressure: { devices: [device(level)], unreachable: [] }, efforts: { 7: effort } };
      return look();
    },
    looked: () => looked,
  };
}

test('while no disk is short of space, nothing is measured', async () => {
  const { at, looked } = bench('one');
  expect(await at('none')).toEqual([]);
  expect(looked()).toEqual([]);
});

test('files created since there was room identify the run, however fast it filled the disk', async () => {
  const { at, grow } = bench('one', 'two');
  await at('none');
  grow('one', 47);
  grow('two', 2);
  expect(await at('critical', true, SECOND)).toEqual([
    {
      kind: 'disk.filled',
      run: 'one.1',
      attempt: 1,
      path: '/disk/one',
      grewBytes: 47 * GIB,
      lostBytes: 49 * GIB,
      totalBytes: 100 * GIB,
      withinMs: SECOND,
    },
  ]);
});

test('a file that was begun while there was room, and seen growing, identifies the run as well', async () => {
  const { at, grow, lose } = bench('one', 'two');
  await at('none');
  grow('one', 20);
  lose(2);
  await at('none', false, 5 * SECOND);
  grow('one', 20, 5 * SECOND);
  expect(await at('critical', true, 5 * SECOND)).toMatchObject([
    { run: 'one.1', grewBytes: 40 * GIB, lostBytes: 42 * GIB, withinMs: 10 * SECOND },
  ]);
});

test('files from long before the disk had no room, or from an earlier shortage, identify nobody', async () => {
  const { at, grow, lose } = bench('one');
  await at('none');
  grow('one', 30);
  await at('none', false, 400 * SECOND);
  lose(18);
  expect(await at('critical', true, 5 * SECOND)).toEqual([]);

  const later = bench('one');
  await later.at('none');
  later.grow('one', 48);
  await later.at('critical', true, SECOND);
  later.lose(-30);
  await later.at('none', false, SECOND);
  later.lose(31);
  expect(await later.at('critical', true, SECOND)).toEqual([]);
});

test('an old file that grew is found by the size of its directory when the disk got tight', async () => {
  const { at, grow, lose } = bench('one');
  await at('none');
  lose(36);
  await at('soft');
  grow('one', 12, DAY);
  expect(await at('critical')).toMatchObject([{ run: 'one.1', grewBytes: 12 * GIB, lostBytes: 12 * GIB }]);
});

test('nothing is reported before everything that may be freed was', async () => {
  const { at, grow, said } = bench('one');
  await at('none');
  grow('one', 49);
  expect(await at('critical', false)).toEqual([]);
  expect(await at('critical')).toHaveLength(1);
  expect(said).toEqual([]);
});

test.each<[string, (made: ReturnType<typeof bench>) => void, string]>([
  ['another process took it', ({ lose }) => lose(49), "no run's own files were seen"],
  ['two took it, and none of them most', ({ grow, lose }) => [grow('one', 20), grow('two', 20), lose(9)], "no run's own files were seen"],
  [
    'it cannot be measured in time',
    ({ grow, sizes }) => {
      grow('one', 49);
      sizes.set('/disk/one', null);
    },
    'one: /disk/one could not be measured in time',
  ],
  [
    'two runs share the directory',
    ({ grow, runs }) => {
      Object.assign(runs[1]!.spec, { cwd: '/disk/one/sub' });
      grow('one', 49);
    },
    'one: its directory is not its own',
  ],
  [
    'the clock was set meanwhile',
    ({ grow, setClock }) => {
      setClock(-3_600_000);
      grow('one', 49);
    },
    "no run's own files were seen",
  ],
])('no run is held, which is reported once: %s', async (_, happens, words) => {
  const made = bench('one', 'two');
  await made.at('none');
  happens(made);
  expect(await made.at('critical')).toEqual([]);
  expect(await made.at('critical')).toEqual([]);
  expect(made.said).toEqual([expect.stringContaining(words)]);
});

test('surveys in vain become rarer', async () => {
  const { at, lose, looked } = bench('one');
  await at('none');
  lose(49);
  await at('critical');
  let looks = 0;
  for (let second = 0; second < 3600; second++) {
    await at('critical', true, SECOND);
    looks += looked().length;
  }
  expect(looks).toBeLessThan(15);
});
