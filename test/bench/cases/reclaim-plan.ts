import type { Inventory, Moment } from '../../../src/core/images/image.ts';
import { evolveEngineLedger } from '../../../src/core/images/ledger.ts';
import { type ImageRules, mayBeStale, planImages } from '../../../src/core/images/stale.ts';
import { acquireState } from '../../../src/store/held-state.ts';
import { openImageLedgers } from '../../../src/store/image-ledger.ts';
import { openReader } from '../../../src/store/reader.ts';
import { place } from '../place.ts';
import { type Row, row } from '../row.ts';

const IMAGES = 5000;
const CONTAINERS = 500;
const ROUNDS = 20;
const BAR_MS = 1000;
const DAY_MS = 86_400_000;
const WHO = { engine: 'E', endpoint: 'unix:///d' };
const RULES: ImageRules = { minAgeMs: 7 * DAY_MS, keepLabel: 'keep', keep: ['keep/*', 'base:*'], only: ['*'], trustBuildDates: false };

/**
 * From the ledger on disk and an engine's lists to what is removed and what is kept, without the
 * engine's own time.
 */
export async function reclaimPlan(): Promise<readonly Row[]> {
  const home = place();
  const times: number[] = [];
  try {
    const inventory = manyImages();
    const at: Moment = { wall: Date.now(), mono: 0, bootId: 'boot' };
    const state = await acquireState(home.where, { leaseTimeoutMs: 60_000, ballastBytes: 0 });
    if (state.kind === 'held-by-other') throw new Error(`expected a state of its own, it is held by process ${state.by.pid}`);
    const ledgers = openImageLedgers(home.where, state.lease, () => false);
    const then = { ...at, wall: at.wall - 10 * DAY_MS };
    ledgers.write(evolveEngineLedger(null, WHO, { kind: 'listed', inventory: { ...inventory, containers: [] } }, then));
    for (let round = 0; round < ROUNDS; round++) {
      const begun = performance.now();
      const reader = openReader(home.where);
      const ledger = evolveEngineLedger(reader.imageLedger('E'), WHO, { kind: 'listed', inventory }, { ...at, bootId: 'next boot' });
      const asked = mayBeStale(inventory, ledger, RULES, at.wall);
      const { remove } = planImages(inventory, ledger, RULES, at.wall, new Map(asked.map((id) => [id, null])));
      reader.close();
      times.push(performance.now() - begun);
      if (remove.length === 0 || remove.length === IMAGES) throw new Error(`expected some images to go, got ${remove.length}`);
    }
    ledgers.close();
    state.close();
  } finally {
    await home.tearDown();
  }
  const bar = { text: `most ≤ ${BAR_MS} ms`, isMet: ({ most }: { most: number }) => most <= BAR_MS };
  return [row(`reclaim plan over ${IMAGES} images and ${CONTAINERS} containers`, 'ms', times, { bar })];
}

function manyImages(): Inventory {
  const id = (index: number) => `sha256:${index.toString(16).padStart(64, '0')}`;
  const images = Array.from({ length: IMAGES }, (_, index) => ({
    id: id(index),
    tags: index % 3 === 0 ? [] : [`${index % 7 === 0 ? 'keep' : 'ci'}/job-${index}:${index}`],
    digests: [],
    layers: null,
    labels: index % 11 === 0 ? ['keep'] : [],
    parent: index % 5 === 0 && index > 0 ? id(index - 1) : null,
    builtWall: 0,
    sizeBytes: 1000,
    unsharedBytes: null,
  }));
  const containers = Array.from({ length: CONTAINERS }, (_, index) => ({
    id: `c${index}`,
    name: `c${index}`,
    state: 'exited',
    images: [id(index * 3), `ci/job-${index}`],
    usedWall: 0,
  }));
  return { images, containers };
}
