import { setTimeout } from 'node:timers/promises';
import type { Layout } from '../../store/directory/layout.ts';
import { acquireState, type Hold } from '../../store/held-state.ts';
import { isAlive, signalProcess } from '../../system/process/process.ts';
import { tell } from '../terminal/tell.ts';

/**
 * How long the previous watchdog may take to exit: it only records what it knows, and waits for
 * nothing.
 */
const END_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Acquires the state. First asks a watchdog that holds it to exit, like Ctrl-C: its agents keep
 * running. Throws StoreError.
 */
export async function takeOver(where: Layout, settings: Parameters<typeof acquireState>[1]): Promise<Hold> {
  const state = await acquireState(where, settings);
  if (state.kind === 'held-by-us') return state;
  tell(`asking the running watchdog (process ${state.by.pid}) to exit, then taking over`);
  signalProcess(state.by, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < END_MS && isAlive(state.by); waitedMs += LOOK_EVERY_MS) await setTimeout(LOOK_EVERY_MS);
  return acquireState(where, settings);
}
