import { setTimeout } from 'node:timers/promises';

/** Far longer than anything takes, even on a busy machine. */
const DEADLINE_MS = 60_000;
const LOOK_EVERY_MS = 10;

/** Waits until `look` returns something truthy, and returns it. Throws if it never does. */
export async function until<T>(what: string, look: () => T | null | undefined | false, deadlineMs = DEADLINE_MS): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const found = look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited ${deadlineMs} ms in vain until ${what}`);
    await setTimeout(LOOK_EVERY_MS);
  }
}
