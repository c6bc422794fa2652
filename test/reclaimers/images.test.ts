import { describe, expect, test } from 'vitest';
import type { SeenContainer } from '../../src/core/images/image.ts';
import type { ReclaimedEngine } from '../../src/reclaimers/docker-engines.ts';
import { images } from '../../src/reclaimers/images.ts';
import { FakeEngine, image, NOW, RULES, reclaimed } from './fake-engine.ts';

const box = (reference: string): SeenContainer => ({ id: 'c', name: 'box', state: 'created', images: [reference], usedWall: 0 });
const reclaimer = (engine: ReclaimedEngine, which: 'named' | 'dangling' = 'named') =>
  images({ name: 'images', reclaimed: engine, rules: RULES, which });

async function applied(fake: FakeEngine, days = 8) {
  const one = reclaimer(reclaimed(fake, days));
  const { items } = await one.plan(NOW);
  fake.calls.length = 0;
  return Promise.all(items.map((item) => one.apply(item, NOW)));
}

describe('the reclaimer of images', () => {
  test('plans images with or without a name, with what is removed and what stays', async () => {
    const fake = new FakeEngine([image('stale'), image('young', { taggedWall: NOW.wall - 1 }), image('bare', { tags: [] })]);
    const plan = await reclaimer(reclaimed(fake, 8)).plan(NOW);
    expect(plan).toMatchObject({ problem: null, notes: [] });
    expect(plan.items).toEqual([
      { id: 'stale', what: 'stale:1', bytes: 60, lastUsedWall: NOW.wall - 8 * 86_400_000, because: 'unused for 8d (first seen)' },
    ]);
    expect(plan.kept.map(({ id, because }) => [id, because])).toEqual([['young', 'tagged, pulled or loaded 1ms ago']]);
    expect((await reclaimer(reclaimed(fake, 8), 'dangling').plan(NOW)).items.map(({ what }) => what)).toEqual(['<none> bare']);
  });

  test('leaves what an image with a name was built on to the plan of that image', async () => {
    const fake = new FakeEngine([
      image('named', { parent: 'base' }),
      image('base', { tags: [] }),
      image('bare', { tags: [], unsharedBytes: null }),
    ]);
    const ids = async (which: 'named' | 'dangling') => (await reclaimer(reclaimed(fake, 8), which).plan(NOW)).items.map(({ id }) => id);
    expect(await ids('dangling')).toEqual(['bare']);
    expect(await ids('named')).toEqual(['named', 'base']);
    expect((await reclaimer(reclaimed(fake, 8)).plan(NOW)).notes).toEqual([expect.stringContaining('does not report what images share')]);
  });

  test('inspects the dates only of images that nothing else keeps', async () => {
    const fake = new FakeEngine([image('stale'), image('labelled', { labels: ['keep'] }), image('held')]);
    fake.containers = [box('held')];
    await reclaimer(reclaimed(fake, 8)).plan(NOW);
    expect(fake.calls.filter((call) => call.startsWith('inspect'))).toEqual(['inspect stale']);
  });

  test('keeps what it cannot inspect, and says what the ledger does not know', async () => {
    const fake = new FakeEngine([image('stale')]);
    fake.instead = (call) => (call.startsWith('inspect') ? { kind: 'failed', because: 'no answer' } : null);
    expect((await reclaimer(reclaimed(fake, 8)).plan(NOW)).items).toEqual([]);
    const unknown = await reclaimer({ ...reclaimed(fake, 8), ledger: () => null }).plan(NOW);
    expect(unknown.notes.join()).toContain('nothing is known yet');
    expect((await reclaimer(reclaimed(fake, 3)).plan(NOW)).notes.join()).toContain('known only for 3d');
  });

  test('removes by id, without force', async () => {
    const fake = new FakeEngine([image('stale')]);
    expect(await applied(fake)).toEqual([{ kind: 'freed', claimedBytes: 60, because: null }]);
    expect(fake.calls).toEqual(['inspect stale', 'info', 'images', 'cache', 'containers', 'events', 'remove stale']);
  });

  test('removes an image named in several repositories name by name, checking again before each', async () => {
    const fake = new FakeEngine([image('stale', { tags: ['a:1', 'b:1'] })]);
    expect(await applied(fake)).toEqual([{ kind: 'freed', claimedBytes: 60, because: null }]);
    expect(fake.images).toEqual([]);
    expect(fake.calls.filter((call) => /remove|containers/.test(call))).toEqual([
      'containers',
      'remove stale',
      'remove a:1',
      'containers',
      'remove stale',
    ]);
  });

  const changes: [string, (fake: FakeEngine) => void, string][] = [
    [
      'a container has it',
      (fake) => {
        fake.containers = [box('stale:1')];
      },
      'used by box (created)',
    ],
    [
      'it was labelled',
      (fake) => {
        fake.images = [image('stale', { labels: ['keep'] })];
      },
      'it has the label keep',
    ],
    [
      'it was tagged anew',
      (fake) => {
        fake.images = [image('stale', { taggedWall: NOW.wall })];
      },
      'tagged, pulled or loaded',
    ],
    [
      'it is gone',
      (fake) => {
        fake.images = [];
      },
      'it is gone already',
    ],
    ['something was built on it', (fake) => void fake.images.push(image('child', { parent: 'stale' })), 'something was built on it'],
  ];
  test.each(changes)('spares an image when by now %s', async (_, change, because) => {
    const fake = new FakeEngine([image('stale')]);
    const one = reclaimer(reclaimed(fake, 8));
    const [item] = (await one.plan(NOW)).items;
    change(fake);
    expect(await one.apply(item!, NOW)).toEqual({ kind: 'spared', because: expect.stringContaining(because) });
    expect(fake.images.filter(({ id }) => id === 'stale')).toHaveLength(because.includes('gone') ? 0 : 1);
  });

  test('keeps what a kept image was built on, by its layers, whoever built it', async () => {
    const base = image('base', { layers: ['1'] });
    const same = image('same', { layers: ['1', '2', '3'] });
    const child = image('child', { layers: ['1', '2', '3'], labels: ['keep'] });
    const other = image('other', { layers: ['1', '3'] });
    const plan = await reclaimer(reclaimed(new FakeEngine([base, same, child, other]), 8)).plan(NOW);
    expect(plan.items.map(({ id }) => id)).toEqual(['other']);
    expect(plan.kept.map(({ because }) => because)).toEqual(['child was built on it', 'child was built on it', 'it has the label keep']);
  });

  const builds: [string, (fake: FakeEngine) => void][] = [
    ['records of the build cache', (fake) => fake.cache.push({ bytes: 1, lastUsedWall: 0, isInUse: true, isShared: false })],
    ['container step is a build step', (fake) => fake.containers.push({ ...box('x'), name: 'step', state: 'running', isBuildStep: true })],
    [
      'was just created',
      (fake) => fake.events.push({ type: 'container', action: 'create', image: `sha256:${'a'.repeat(64)}`, wall: NOW.wall - 5000 }),
    ],
  ];
  test.each(builds)(
    'removes no image while a build is running (%s), neither in the plan nor right before a removal',
    async (words, begin) => {
      const fake = new FakeEngine([image('stale'), image('bare', { tags: [] })]);
      const one = reclaimer(reclaimed(fake, 8));
      const [item] = (await one.plan(NOW)).items;
      begin(fake);
      expect(await one.apply(item!, NOW)).toEqual({
        kind: 'spared',
        because: expect.stringContaining('a build that may need it is running'),
      });
      const plan = await one.plan(NOW);
      expect(plan).toMatchObject({ items: [], notes: [expect.stringContaining(words)] });
      expect((await reclaimer(reclaimed(fake, 8), 'dangling').plan(NOW)).items).toEqual([]);
      expect(fake.images).toHaveLength(2);
    },
  );

  test('reads what the engine recorded since the ledger was last written', async () => {
    const fake = new FakeEngine([image('stale'), image('used')]);
    fake.events = [{ type: 'container', action: 'start', image: 'used:1', wall: NOW.wall - 1000 }];
    const plan = await reclaimer(reclaimed(fake, 8)).plan(NOW);
    expect(plan.items.map(({ id }) => id)).toEqual(['stale']);
    expect(plan.kept).toEqual([expect.objectContaining({ because: expect.stringContaining('container start') })]);
    fake.instead = (call) => (call === 'events' ? { kind: 'failed', because: 'no record' } : null);
    expect(await reclaimer(reclaimed(fake, 8)).plan(NOW)).toMatchObject({ items: [], problem: 'no record' });
  });

  test('ages nothing by unwatched time', async () => {
    const fake = new FakeEngine([image('stale')]);
    const known = reclaimed(fake, 8).ledger('E')!;
    const ledger = { ...known, seenAt: { ...known.seenAt, wall: NOW.wall - 7 * 86_400_000 } };
    const plan = await reclaimer({ ...reclaimed(fake, 8), ledger: () => ledger }).plan(NOW);
    expect(plan.kept).toEqual([expect.objectContaining({ because: 'first seen 1d ago' })]);
    expect(plan.notes.join()).toContain('no image ages by that time');
  });

  test.each([
    [404, 'no such image: stale'],
    [500, 'unrecognized image ID sha256:0'],
    [500, 'image not known'],
  ])('treats a lost race as gone already (%i, %s)', async (status, because) => {
    const fake = new FakeEngine([image('stale')]);
    fake.instead = (call) => (call === 'remove stale' ? { kind: 'refused', status, because } : null);
    expect(await applied(fake)).toEqual([{ kind: 'spared', because: 'it is gone already' }]);
  });

  test('stops between two names when a container appears, and says which name is lost', async () => {
    const fake = new FakeEngine([image('stale', { tags: ['a:1', 'b:1'] })]);
    fake.beforeEach = (call) => {
      if (call === 'remove a:1') fake.containers = [box('stale')];
    };
    expect(await applied(fake)).toEqual([{ kind: 'spared', because: expect.stringMatching(/used by box.*; it lost the names a:1/) }]);
    expect(fake.images.map(({ tags }) => tags)).toEqual([['b:1']]);
  });

  test('never takes a name that belongs to another image by now', async () => {
    const fake = new FakeEngine([image('stale', { tags: ['a:1', 'b:1'] })]);
    let isMoved = false;
    fake.beforeEach = (call) => {
      if (call !== 'inspect a:1' || isMoved) return;
      isMoved = true;
      fake.images = [image('stale', { tags: ['b:1'] }), image('newer', { tags: ['a:1'] })];
    };
    expect(await applied(fake)).toMatchObject([{ kind: 'freed' }]);
    expect(fake.images.map(({ id }) => id)).toEqual(['newer']);
  });

  test('reports that it could not query, and gives up on an engine that keeps refusing', async () => {
    const fake = new FakeEngine([image('stale', { tags: ['a:1', 'b:1'] })]);
    fake.instead = (call) =>
      call.startsWith('remove') ? { kind: 'refused', status: 409, because: 'a prune operation is already running' } : null;
    expect(await applied(fake)).toMatchObject([{ kind: 'spared', because: expect.stringContaining('prune operation') }]);
    const one = reclaimer(reclaimed(fake, 8));
    const [item] = (await one.plan(NOW)).items;
    fake.instead = (call) => (call === 'containers' ? { kind: 'failed', because: 'no answer' } : null);
    expect(await one.apply(item!, NOW)).toEqual({ kind: 'failed', because: 'no answer' });
    expect(fake.images).toHaveLength(1);
  });
});
