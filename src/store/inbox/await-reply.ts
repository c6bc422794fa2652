import { setTimeout } from 'node:timers/promises';
import type { Reply } from '../../core/model/reply.ts';
import type { Layout } from '../directory/layout.ts';
import { withReader } from '../with-reader.ts';

/** How often to look for the answer. */
const LOOK_EVERY_MS = 20;

/**
 * Waits for the watchdog's answer to a request; returns null if none arrives in time. Throws
 * StoreError if the state can't be read.
 */
export async function awaitReply(where: Layout, request: string, { deadlineMs }: { readonly deadlineMs: number }): Promise<Reply | null> {
  const until = performance.now() + deadlineMs;
  for (;;) {
    const reply = withReader(where, (reader) => reader.reply(request));
    if (reply !== null || performance.now() >= until) return reply;
    await setTimeout(LOOK_EVERY_MS);
  }
}
