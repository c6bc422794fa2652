import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { leased, ME, stateDirectory } from '../../kit/opened-store.ts';
import { ASKS_EVERY_MS, LeaseHost, TIMEOUT_MS } from './lease-host.ts';

/**
 * The longest wait for a running watchdog: after a death, and after a stop (the holder is checked
 * twice before it is killed).
 */
const DEATH_MS = 2000;
const STOP_MS = TIMEOUT_MS + 5000 + DEATH_MS;

/** A generator that can be repeated (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Disturbs the holder, or does nothing. Returns how long it may take until a watchdog is running.
 */
function disturb(host: LeaseHost, processes: number): number {
  const what = host.upTo(99);
  if (what < 55) host.killHolder();
  else if (what < 70) host.handOff();
  else if (what < 72) host.reboot();
  else if (what < 90) {
    host.stopHolder();
    host.pass(host.upTo(TIMEOUT_MS));
    if (what >= 80) host.continueHolder();
    // With only two processes, chance may kill both during their second look.
    return processes > 2 ? STOP_MS : 2 * STOP_MS;
  }
  return DEATH_MS;
}

async function rounds(host: LeaseHost, processes: number, count: number): Promise<void> {
  await host.race(processes);
  for (let round = 0; round < count; round++) {
    const mayTakeMs = disturb(host, processes);
    host.lackedMs = 0;
    const wasCaredFor = host.isCaredFor;
    const { takes } = host.seen;
    for (let tries = 0; tries === 0 || !host.isCaredFor; tries++) {
      await host.race(processes);
      host.write();
      expect(host.lackedMs).toBeLessThanOrEqual(mayTakeMs);
      if (!host.isCaredFor) host.pass(ASKS_EVERY_MS);
    }
    if (wasCaredFor) expect(host.seen.takes - takes).toBe(0);
  }
}

test.each([
  [2, 1500],
  [5, 1000],
  [50, 150],
])('%i processes race for it in %i rounds: never two writers, never none for long', { timeout: 240_000 }, async (processes, count) => {
  const where = stateDirectory();
  const seed = Math.floor(Math.random() * 2 ** 31);
  const host = new LeaseHost(where, randomOf(seed));
  // One process keeps the database open, so that it need not be created anew for each of them.
  await leased(where, { ...ME, bootId: 'boot-0' });
  const open = new DatabaseSync(where.database, { readOnly: true });
  onTestFinished(() => open.close());
  try {
    await rounds(host, processes, count);
  } catch (error) {
    throw new Error(`with the seed ${seed}`, { cause: error });
  } finally {
    host.close();
  }
  const { fence } = open.prepare('SELECT fence FROM lease').get() as { fence: number };
  expect(fence).toBe(host.seen.takes + 1);
  expect(host.seen.kills).toBeGreaterThan(count / 4);
  expect(host.seen.refusals).toBeGreaterThan(count);
  expect(host.seen.replaced).toBeGreaterThan(0);
});
