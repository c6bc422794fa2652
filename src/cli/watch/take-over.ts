import { setTimeout } from 'node:timers/promises';
import type { Layout } from '../../store/directory/layout.ts';
import { acquireState, type Hold } from '../../store/held-state.ts';
import { isAlive, signalProcess } from '../../system/process/process.ts';
import { tell } from '../terminal/tell.ts';

/** A watchdog that is asked to end writes down what it knows, and waits for nobody. */
const END_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Takes the state in hand; a watchdog that has it is asked to end first, as Ctrl-C would: its
 * agents live on. Throws StoreError.
 */
export async function holdInstead(where: Layout, settings: Parameters<typeof acquireState>[1]): Promise<Hold> {
  const state = await acquireState(where, settings);
  if (state.kind === 'held-by-us') return state;
  tell(`the watchdog that is at work (process ${state.by.pid}) is asked to end, and this one takes over`);
  signalProcess(state.by, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < END_MS && isAlive(state.by); waitedMs += LOOK_EVERY_MS) await setTimeout(LOOK_EVERY_MS);
  return acquireState(where, settings);
}
