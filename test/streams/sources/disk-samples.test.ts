import { delay, firstValueFrom, of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import type { Run } from '../../../src/core/model/run.ts';
import { NO_STREAK } from '../../../src/core/model/streak.ts';
import { diskSamples, firstDiskSample } from '../../../streams/sources/disk-samples.ts';

const run = (id: string, noSpaceMono: number | null = null, state = 'working'): Run =>
  ({
    id,
    state,
    pending: null,
    streak: NO_STREAK,
    spec: { paths: [`/${id}`, '/tmp'] },
    attempt: {
      alive: state === 'working',
      survivors: 'none',
      trouble: noSpaceMono === null ? null : { kind: 'no-space', text: 'ENOSPC', at: { wall: 0, mono: noSpaceMono } },
    },
  }) as unknown as Run;

/** What is measured when, in seconds. */
function measured(changes: Record<string, Run>, diagram: string, { urgent = [] as readonly string[], tookMs = 0, seconds = 40 } = {}) {
  const scheduler = new TestScheduler(() => {});
  const asked: string[] = [];
  const reported: string[] = [];
  scheduler.run(({ hot }) => {
    diskSamples(hot(diagram, changes), {
      nowMono: () => scheduler.now(),
      pathsOf: ({ spec }) => spec.paths,
      ownPaths: () => ['/state'],
      urgent: () => urgent,
      sample: (paths) => {
        asked.push(`${scheduler.now() / 1000} ${paths.join(' ')}`);
        return of({ filesystems: [], unreachable: [] }).pipe(delay(tookMs, scheduler));
      },
      scheduler,
    }).subscribe(({ takenMono, isWhole }) => reported.push(`${takenMono / 1000} ${isWhole}`));
    scheduler.maxFrames = seconds * 1000;
    scheduler.schedule(() => {}, seconds * 1000);
    scheduler.flush();
  });
  return { asked, reported };
}

test('everything that matters is measured every 15 s, and soon after a run begins', () => {
  expect(measured({ a: run('a') }, '3s a').asked).toEqual(['3.02 /state /a /tmp', '15 /state /a /tmp', '30 /state /a /tmp']);
});

test('many runs that begin at once are measured once, and an ended one no longer', () => {
  const changes = { a: run('a'), b: run('b'), c: run('a', null, 'complete') };
  expect(measured(changes, '(ab) 20s c').asked).toEqual(['0.02 /state /a /tmp /b', '15 /state /a /tmp /b', '30 /state /b /tmp']);
});

test('a nearly full filesystem is measured every second, and only that one', () => {
  const { asked, reported } = measured({}, '', { urgent: ['/var'], seconds: 4 });
  expect(asked).toEqual(['1 /var', '2 /var', '3 /var', '4 /var']);
  expect(reported.slice(0, 2)).toEqual(['1 false', '2 false']);
});

test('disks are measured at once whenever an agent says that a disk is full', () => {
  const changes = { a: run('a'), b: run('a', 5000), c: run('a', 5000), d: run('a', 9000) };
  expect(measured(changes, 'a 4999ms b 999ms c 2999ms d', { seconds: 12 }).asked).toEqual([
    '0.02 /state /a /tmp',
    '5.02 /state /a /tmp',
    '9.02 /state /a /tmp',
  ]);
});

test('disks are measured at once when an attempt failed by itself, or could not be started: the cause may be a full disk', () => {
  const ended = (code: number, signal: string | null): Run =>
    ({ ...run('a'), attempt: { ...run('a').attempt, alive: false, exit: { code, signal } } }) as unknown as Run;
  const changes = {
    a: run('a'),
    b: ended(1, null),
    c: ended(0, null),
    d: ended(137, 'SIGKILL'),
    e: { ...ended(0, null), streak: { ...NO_STREAK, startFailures: 1 } },
  };
  expect(measured(changes, 'a 999ms b 999ms a 999ms c 999ms a 999ms d 999ms e 999ms e', { seconds: 12 }).asked).toEqual([
    '0.02 /state /a /tmp',
    '1.02 /state /a /tmp',
    '6.02 /state /a /tmp',
  ]);
});

test('a slow measurement is not started a second time, and is as old as its start', () => {
  const { asked, reported } = measured({}, '', { urgent: ['/net'], tookMs: 4500, seconds: 14 });
  expect(asked).toEqual(['1 /net', '6 /net', '11 /net']);
  expect(reported).toEqual(['1 false', '6 false']);
});

test('before anything is started all disks are measured once; if that fails, nothing waits for it', async () => {
  const deps = { nowMono: () => 7, pathsOf: ({ spec }: Run) => spec.paths, ownPaths: () => ['/state', '/tmp'], urgent: () => [] };
  const sample = (paths: readonly string[]) => of({ filesystems: [], unreachable: paths.map((path) => ({ path, because: 'slow' })) });
  const first = await firstValueFrom(firstDiskSample([run('a'), run('b')], { ...deps, sample }));
  expect(first).toMatchObject({ kind: 'disk.sampled', takenMono: 7, isWhole: true });
  expect(first.unreachable.map(({ path }) => path)).toEqual(['/state', '/tmp', '/a', '/b']);
  const failing = { ...deps, sample: () => throwError(() => new Error('no df')) };
  expect(await firstValueFrom(firstDiskSample([run('a')], failing), { defaultValue: null })).toBeNull();
});
