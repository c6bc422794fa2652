import { describe, expect, test } from 'vitest';
import type { EngineEvent, EngineLedger, Moment, SeenContainer } from '../../../src/core/images/image.ts';
import { evolveEngineLedger } from '../../../src/core/images/ledger.ts';

const DAY_MS = 86_400_000;
const WHO = { engine: 'E', endpoint: 'unix:///d' };
const START: Moment = { wall: 1000 * DAY_MS, mono: 0, bootId: 'b' };
const later = (ms: number, from = START): Moment => ({ ...from, wall: from.wall + ms, mono: from.mono + ms });

const listed = (ids: readonly string[], containers: readonly SeenContainer[] = []): EngineEvent => ({
  kind: 'listed',
  inventory: {
    images: ids.map((id) => ({
      id,
      tags: [`${id}:1`],
      digests: [],
      labels: [],
      layers: LAYERS[id] ?? null,
      parent: null,
      builtWall: 5,
      sizeBytes: 1,
      unsharedBytes: 1,
    })),
    containers,
  },
});
const LAYERS: Readonly<Record<string, readonly string[]>> = { base: ['1'], middle: ['1', '2'], child: ['1', '2', '3'], other: ['2'] };
const used = (image: string, wall: number): EngineEvent => ({ kind: 'used', image, use: { wall, why: 'container start' } });
/** These events, with a watcher that looks all the time in between. */
const evolve = (steps: readonly [Moment, EngineEvent][], from: EngineLedger | null = null): EngineLedger =>
  steps.reduce<EngineLedger | null>((ledger, [at, news]) => {
    const isCalm = ledger !== null && news.kind !== 'watched-again' && at.bootId === ledger.seenAt.bootId;
    const before = isCalm ? evolveEngineLedger(ledger, WHO, { kind: 'watched-again', why: 'looks', isCovered: true }, at) : ledger;
    return evolveEngineLedger(before, WHO, news, at);
  }, from)!;
const again = (isCovered: boolean, why = 'dogwatch was not running'): EngineEvent => ({ kind: 'watched-again', why, isCovered });

describe('the ledger of an engine', () => {
  test('knows an image since it was first listed, and its last use', () => {
    const ledger = evolve([
      [START, listed(['a'])],
      [later(DAY_MS), listed(['a', 'b'])],
      [later(2 * DAY_MS), used('a', START.wall + 2 * DAY_MS)],
      [later(4 * DAY_MS), used('unknown', START.wall + 4 * DAY_MS)],
    ]);
    expect([...ledger.images]).toEqual([
      ['a', { firstSeenWall: START.wall, use: { wall: START.wall + 2 * DAY_MS, why: 'container start' } }],
      ['b', { firstSeenWall: START.wall + DAY_MS, use: null }],
    ]);
    expect(ledger).toMatchObject({ sinceWall: START.wall, seenAt: later(4 * DAY_MS) });
  });

  test('forgets what is gone: should it come back, it is new', () => {
    const ledger = evolve([
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
    const ledger = evolve([
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
    const before = evolve([[START, listed(['a', 'b'])]]);
    const after = evolve([[later(1000), used('b', START.wall + 1000)]], before);
    expect(after.images.get('a')).toBe(before.images.get('a'));
    expect(evolve([[later(1500), used('b', START.wall + 1500)]], after).images).toBe(after.images);
  });

  test('notes a time in which nobody watched: it makes no image older, unless the engine recorded all of it', () => {
    const steps = (isCovered: boolean): [Moment, EngineEvent][] => [
      [START, listed(['a'])],
      [later(60_000), again(true)],
      [later(5 * DAY_MS), again(isCovered)],
      [later(5 * DAY_MS), listed(['a'])],
    ];
    const ledger = evolve(steps(false));
    expect(ledger.gaps).toEqual([{ sinceWall: START.wall + 60_000, untilWall: START.wall + 5 * DAY_MS, why: 'dogwatch was not running' }]);
    expect(ledger.images.get('a')).toEqual({ firstSeenWall: START.wall + 5 * DAY_MS - 60_000, use: null });
    expect(evolve(steps(true))).toMatchObject({ gaps: [], images: new Map([['a', { firstSeenWall: START.wall, use: null }]]) });
  });

  test.each<[string, Moment, EngineEvent, number]>([
    ['it was watched to the minute', later(60_000), listed(['a', 'b']), 60_000],
    ['the clock is corrected a little', { ...later(60_000), wall: START.wall + 61_000 }, listed(['a', 'b']), 61_000],
    ['the clock jumps forward', { ...later(60_000), wall: START.wall + 30 * DAY_MS }, listed(['a', 'b']), 60_000],
    ['the clock jumps back', { ...later(60_000), wall: START.wall - 30 * DAY_MS }, listed(['a', 'b']), 60_000],
    ['the watcher was stopped for a day', later(DAY_MS), listed(['a', 'b']), 0],
    ['nobody watched for a day', later(DAY_MS), again(false), 0],
    ['the engine recorded the day', later(DAY_MS), again(true), DAY_MS],
    ['the machine was off for eight days', { wall: START.wall + 8 * DAY_MS, mono: 3, bootId: 'c' }, again(false), 0],
    ['the clock is ahead after a reboot', { wall: START.wall + 30 * DAY_MS, mono: 90_000, bootId: 'c' }, again(true), 0],
    ['the clock is behind after a reboot', { wall: 0, mono: 3, bootId: 'c' }, listed(['a', 'b']), 0],
    ['an earlier state of this boot was put back', { ...START, mono: -5 }, again(true), 0],
  ])('an image ages by watched time alone: %s', (_, at, news, ageMs) => {
    const before = evolve([
      [START, listed(['a', 'b'])],
      [START, used('a', START.wall)],
    ]);
    const next = evolveEngineLedger(before, WHO, news, at);
    expect(at.wall - next.images.get('b')!.firstSeenWall).toBe(ageMs);
    expect(at.wall - next.images.get('a')!.use!.wall).toBe(ageMs);
    expect(at.wall - next.sinceWall).toBe(ageMs);
  });

  test.each<[string, ms: number, lastMs: number]>([
    ['later: the last one', DAY_MS, DAY_MS],
    ['a date before it: that one stays', -DAY_MS, 0],
    ['the same date: that one stays', 0, 0],
  ])('of an image that was used, a container says %s', (_, ms, lastMs) => {
    const box: SeenContainer = { id: 'x', name: 'x', state: 'exited', images: ['a:1'], usedWall: START.wall + ms };
    const ledger = evolve([
      [START, listed(['a'])],
      [START, used('a', START.wall)],
      [later(2 * DAY_MS), listed(['a'], [box])],
    ]);
    expect(ledger.images.get('a')?.use).toEqual({
      wall: START.wall + lastMs,
      why: lastMs === 0 ? 'container start' : 'container x (exited)',
    });
  });

  test.each<[string, at: Moment]>([
    ['over a reboot', { wall: START.wall + 5 * DAY_MS, mono: 60_000, bootId: 'c' }],
    ['over a reboot that set the clock back', { wall: START.wall - 300 * DAY_MS, mono: 60_000, bootId: 'c' }],
    ['in one boot whose clock was set back', { wall: START.wall - 300 * DAY_MS, mono: 5 * DAY_MS, bootId: 'b' }],
  ])('takes the end of a container while nobody watched, %s, for as late as it may have been', (_, at) => {
    const before = evolve([[START, listed(['a'])]]);
    const box: SeenContainer = { id: 'x', name: 'x', state: 'exited', images: ['a:1'], usedWall: at.wall - 4 * DAY_MS };
    const ledger = evolve(
      [
        [at, again(false)],
        [at, listed(['a'], [box])],
        [later(DAY_MS, at), listed(['a'], [box])],
      ],
      before,
    );
    expect(ledger.images.get('a')?.use?.wall).toBe(at.wall);
  });

  test('believes a date of the engine only where its record proves it: what comes in now happened since the last look', () => {
    const before = evolve([[START, listed(['a'])]]);
    const at = later(60_000);
    const use = { wall: START.wall - 30 * DAY_MS, why: 'container start' };
    const update = (isProven: boolean) =>
      evolveEngineLedger(before, WHO, { kind: 'used', image: 'a', use, isProven }, at).images.get('a')?.use;
    expect(update(false)?.wall).toBe(START.wall);
    expect(update(true)?.wall).toBe(use.wall);
  });

  test('takes a new image for a use of all that it was built on, by its layers', () => {
    const ledger = evolve([
      [START, listed(['base', 'middle', 'other'])],
      [later(DAY_MS), listed(['base', 'middle', 'other', 'child'])],
    ]);
    const use = { wall: START.wall + DAY_MS, why: 'something was built on it' };
    expect([...ledger.images].map(([id, image]) => [id, image.use])).toEqual([
      ['base', use],
      ['middle', use],
      ['other', null],
      ['child', null],
    ]);
  });
});
