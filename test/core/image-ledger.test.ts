import { describe, expect, test } from 'vitest';
import { learnOfEngine, withClock } from '../../src/core/image-ledger.ts';
import type { EngineLedger, EngineNews, Moment, SeenContainer } from '../../src/core/image-types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WHO = { engine: 'E', endpoint: 'unix:///d' };
const START: Moment = { wall: 1000 * DAY_MS, mono: 0, bootId: 'b' };
const later = (ms: number, from = START): Moment => ({ ...from, wall: from.wall + ms, mono: from.mono + ms });

const listed = (ids: readonly string[], containers: readonly SeenContainer[] = []): EngineNews => ({
  kind: 'listed',
  inventory: {
    images: ids.map((id) => ({
      id,
      tags: [`${id}:1`],
      digests: [],
      labels: [],
      parent: null,
      builtWall: 5,
      sizeBytes: 1,
      unsharedBytes: 1,
    })),
    containers,
  },
});
const used = (image: string, wall: number): EngineNews => ({ kind: 'used', image, use: { wall, why: 'container start' } });
const learn = (steps: readonly [Moment, EngineNews][], from: EngineLedger | null = null): EngineLedger =>
  steps.reduce<EngineLedger | null>((ledger, [at, news]) => learnOfEngine(ledger, WHO, news, at), from)!;

describe('the ledger of an engine', () => {
  test('knows an image since it was first listed, and its last use', () => {
    const ledger = learn([
      [START, listed(['a'])],
      [later(DAY_MS), listed(['a', 'b'])],
      [later(2 * DAY_MS), used('a', START.wall + 2 * DAY_MS)],
      [later(3 * DAY_MS), used('a', START.wall + DAY_MS)],
      [later(4 * DAY_MS), used('unknown', START.wall + 4 * DAY_MS)],
    ]);
    expect([...ledger.images]).toEqual([
      ['a', { firstSeenWall: START.wall, use: { wall: START.wall + 2 * DAY_MS, why: 'container start' } }],
      ['b', { firstSeenWall: START.wall + DAY_MS, use: null }],
    ]);
    expect(ledger).toMatchObject({ sinceWall: START.wall, seenAt: later(4 * DAY_MS) });
  });

  test('forgets what is gone: should it come back, it is new', () => {
    const ledger = learn([
      [START, listed(['a'])],
      [later(DAY_MS), listed([])],
      [later(2 * DAY_MS), listed(['a'])],
    ]);
    expect(ledger.images.get('a')?.firstSeenWall).toBe(START.wall + 2 * DAY_MS);
  });

  test("takes containers' dates for uses: one that may run is used now, a date to come is now", () => {
    const box = (name: string, image: string, usedWall: number | null): SeenContainer => ({
      id: name,
      name,
      state: 'x',
      images: [image],
      usedWall,
    });
    const boxes = [box('runs', 'a:1', null), box('done', 'b:1', START.wall + 1), box('odd', 'c:1', START.wall + 9 * DAY_MS)];
    const ledger = learn([
      [START, listed(['a', 'b', 'c'])],
      [later(DAY_MS), listed(['a', 'b', 'c'], boxes)],
    ]);
    const uses = [...ledger.images.values()].map(({ use }) => use);
    expect(uses).toEqual([
      { wall: START.wall + DAY_MS, why: 'container runs (x)' },
      { wall: START.wall + 1, why: 'container done (x)' },
      { wall: START.wall + DAY_MS, why: 'container odd (x)' },
    ]);
  });

  test('keeps what did not change as it is, so that little is written', () => {
    const before = learn([[START, listed(['a', 'b'])]]);
    const after = learn([[later(1000), used('b', START.wall + 1000)]], before);
    expect(after.images.get('a')).toBe(before.images.get('a'));
    expect(learn([[later(2000), used('b', START.wall + 2000)]], after).images).toBe(after.images);
  });

  test('notes a time in which nobody watched, and no image is younger for it', () => {
    const ledger = learn([
      [START, listed(['a'])],
      [later(60_000), { kind: 'watched-again', why: 'a blink' }],
      [later(5 * DAY_MS), { kind: 'watched-again', why: 'dogwatch was not running' }],
      [later(5 * DAY_MS), listed(['a'])],
    ]);
    expect(ledger.gaps).toEqual([{ sinceWall: START.wall + 60_000, untilWall: START.wall + 5 * DAY_MS, why: 'dogwatch was not running' }]);
    expect(ledger.images.get('a')).toEqual({ firstSeenWall: START.wall, use: null });
  });

  test.each<[string, Moment, number]>([
    ['goes on as it should', later(DAY_MS), DAY_MS],
    ['is corrected a little', { ...later(DAY_MS), wall: START.wall + DAY_MS + HOUR_MS / 2 }, DAY_MS + HOUR_MS / 2],
    ['jumps forward', { ...later(HOUR_MS), wall: START.wall + 30 * DAY_MS }, HOUR_MS],
    ['jumps back', { ...later(HOUR_MS), wall: START.wall - 30 * DAY_MS }, HOUR_MS],
    ['is another after a reboot, and has gone on', { wall: START.wall + DAY_MS, mono: 3, bootId: 'c' }, DAY_MS],
    ['went backwards over a reboot', { wall: START.wall - 50 * DAY_MS, mono: 3, bootId: 'c' }, 0],
  ])('an image is as old as it is when the wall clock %s', (_, at, ageMs) => {
    const ledger = withClock(learn([[START, listed(['a'])]]), at);
    expect(at.wall - ledger.images.get('a')!.firstSeenWall).toBe(ageMs);
    // The same when the ledger goes on from there, and when the clock is set right again.
    const next = learn([[at, listed(['a'])]], learn([[START, listed(['a'])]]));
    expect(at.wall - next.images.get('a')!.firstSeenWall).toBe(ageMs);
    const right = { ...at, wall: START.wall + DAY_MS, mono: at.mono + 1000 };
    expect(right.wall - withClock(next, right).images.get('a')!.firstSeenWall).toBeLessThanOrEqual(DAY_MS + HOUR_MS);
  });

  test.each<[string, Moment, number]>([
    ['goes on as it should', later(DAY_MS), DAY_MS],
    ['jumps forward', { ...later(HOUR_MS), wall: START.wall + 30 * DAY_MS }, HOUR_MS],
    ['jumps back', { ...later(HOUR_MS), wall: START.wall - 30 * DAY_MS }, HOUR_MS],
    ['went backwards over a reboot', { wall: START.wall - 50 * DAY_MS, mono: 3, bootId: 'c' }, 0],
  ])('its last use is as long ago as it is when the wall clock %s; without a use it has none', (_, at, agoMs) => {
    const before = learn([
      [START, listed(['a', 'b'])],
      [START, used('a', START.wall)],
    ]);
    const { images } = withClock(before, at);
    expect(images.get('a')?.use).toEqual({ wall: at.wall - agoMs, why: 'container start' });
    expect(images.get('b')?.use).toBeNull();
  });

  test.each<[string, ms: number, lastMs: number]>([
    ['later: the last one', DAY_MS, DAY_MS],
    ['a date before it: that one stays', -DAY_MS, 0],
    ['the same date: that one stays', 0, 0],
  ])('of an image that was used, a container says %s', (_, ms, lastMs) => {
    const box: SeenContainer = { id: 'x', name: 'x', state: 'exited', images: ['a:1'], usedWall: START.wall + ms };
    const ledger = learn([
      [START, listed(['a'])],
      [START, used('a', START.wall)],
      [later(2 * DAY_MS), listed(['a'], [box])],
    ]);
    expect(ledger.images.get('a')?.use).toEqual({
      wall: START.wall + lastMs,
      why: lastMs === 0 ? 'container start' : 'container x (exited)',
    });
  });
});
