import { statSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EngineLedger, Moment } from '../../src/core/images/image.ts';
import { evolveEngineLedger } from '../../src/core/images/ledger.ts';
import { openImageLedgers } from '../../src/store/image-ledger.ts';
import { openReader } from '../../src/store/reader.ts';
import { leaseDeps, leased, ME, stateDirectory } from '../kit/opened-store.ts';

const AT: Moment = { wall: 1_700_000_000_000, mono: 5, bootId: 'boot-1' };
const later = (ms: number): Moment => ({ ...AT, wall: AT.wall + ms, mono: AT.mono + ms });
const WHO = { engine: 'E', endpoint: 'unix:///d' };
const image = (id: string) => ({
  id,
  tags: [],
  digests: [],
  labels: [],
  layers: null,
  parent: null,
  builtWall: null,
  sizeBytes: 1,
  unsharedBytes: null,
});
const evolve = (before: EngineLedger | null, ids: readonly string[], at: Moment) =>
  evolveEngineLedger(before, WHO, { kind: 'listed', inventory: { images: ids.map(image), containers: [] } }, at);

async function opened() {
  const where = stateDirectory();
  const lease = await leased(where);
  const ledgers = openImageLedgers(where, lease, () => false);
  onTestFinished(() => ledgers.close());
  const read = (engine: string) => {
    const reader = openReader(where);
    const ledger = reader.imageLedger(engine);
    reader.close();
    return ledger;
  };
  return { where, lease, ledgers, read };
}

describe('the ledger of images in the state', () => {
  test('is read back as it was written, change by change and engine by engine', async () => {
    const { where, lease, ledgers, read } = await opened();
    expect(ledgers.read('E')).toBeNull();
    expect(read('E')).toBeNull();
    const first = evolve(null, ['a', 'b'], AT);
    ledgers.write(first);
    ledgers.write({ ...first, engine: 'F' });
    const used = evolveEngineLedger(
      first,
      WHO,
      { kind: 'used', image: 'b', use: { wall: later(60_000).wall, why: 'pull' } },
      later(60_000),
    );
    const again = evolveEngineLedger(used, WHO, { kind: 'watched-again', why: 'away', isCovered: false }, later(900_000));
    const last = evolve(again, ['b', 'c'], later(900_001));
    for (const ledger of [used, again, last]) ledgers.write(ledger);
    expect(read('E')).toEqual(last);
    expect(last.gaps).toHaveLength(1);
    expect(read('F')).toEqual({ ...first, engine: 'F' });
    const reopened = openImageLedgers(where, lease, () => false);
    expect(reopened.read('E')).toEqual(last);
    reopened.close();
    expect(statSync(where.database).mode & 0o077).toBe(0);
  });

  test('keeps dates that shift together, and one that changed at the same time', async () => {
    const { ledgers, read } = await opened();
    const first = evolve(null, ['a', 'b', 'c'], AT);
    const used = evolveEngineLedger(
      first,
      WHO,
      { kind: 'used', image: 'b', use: { wall: later(60_000).wall, why: 'pull' } },
      later(60_000),
    );
    ledgers.write(used);
    const moved = evolveEngineLedger(used, WHO, { kind: 'watched-again', why: 'away', isCovered: false }, later(900_000.25));
    expect(moved.images.get('a')?.firstSeenWall).toBeGreaterThan(AT.wall + 800_000);
    const at = later(900_500);
    const both = evolveEngineLedger(moved, WHO, { kind: 'used', image: 'c', use: { wall: at.wall, why: 'push' } }, at);
    ledgers.write(both);
    expect(read('E')?.images).toEqual(both.images);
    const back = evolveEngineLedger(
      both,
      WHO,
      { kind: 'watched-again', why: 'away', isCovered: false },
      { ...at, wall: at.wall - 3_600_000 },
    );
    ledgers.write(back);
    expect(read('E')).toEqual(back);
  });

  test('is written only by the holder of the lease', async () => {
    const { where, ledgers, read } = await opened();
    ledgers.write(evolve(null, ['a'], AT));
    await leased(where, { ...ME, pid: 202 }, leaseDeps({ isAlive: () => false }));
    expect(() => ledgers.write(evolve(null, ['b'], AT))).toThrow(expect.objectContaining({ kind: 'lease-lost' }));
    expect([...(read('E')?.images.keys() ?? [])]).toEqual(['a']);
  });
});
