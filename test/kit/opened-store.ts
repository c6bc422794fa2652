import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Layout, layout } from '../../src/store/directory/layout.ts';
import type { LeaseDeps } from '../../src/store/lease/lease.ts';
import { takeLease } from '../../src/store/lease/lease.ts';
import type { LeaseHolder } from '../../src/store/lease/row.ts';
import { openStore, type Store } from '../../src/store/store.ts';

/** A state directory for one test. */
export function stateDirectory(): Layout {
  const base = mkdtempSync(join(tmpdir(), 'dogwatch-store-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  return layout(join(base, 'state'));
}

export const ME = { bootId: 'boot-1', pid: 101, startTicks: 1001 };

/** Everyone is alive, nobody can be killed, and time passes only in pauses. */
export function leaseDeps(changes: Partial<LeaseDeps> = {}): LeaseDeps {
  let mono = 1_000_000;
  return {
    isAlive: () => true,
    kill: async () => false,
    now: () => ({ wall: 1_700_000_000_000 + mono, mono }),
    pause: async (ms) => {
      mono += ms;
    },
    releaseBallast: () => false,
    ...changes,
  };
}

export async function leased(where: Layout, me = ME, deps = leaseDeps({ isAlive: () => false })): Promise<LeaseHolder> {
  const answer = await takeLease(where, me, 60_000, deps);
  if (answer.kind === 'held') throw new Error(`the lease is held by ${answer.by.pid}`);
  return answer.lease;
}

/** A store with the lease, closed when the test ends. */
export async function opened(where: Layout): Promise<Store> {
  const store = openStore(where, await leased(where), () => false);
  onTestFinished(() => store.close());
  return store;
}
