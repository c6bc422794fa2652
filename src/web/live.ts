import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Hub, Message } from './hub.ts';

export interface StreamLimits {
  /** How many pages can be live at once. */
  readonly streams: number;
  /**
   * A stream ends after this, and its page asks for the next one. A reader that has stalled looks
   * like a quiet one, and so is gone by then.
   */
  readonly streamMs: number;
}

export const STREAM_LIMITS: StreamLimits = { streams: 8, streamMs: 55_000 };

/** A comment shows that the connection is alive. */
const BEAT_MS = 15_000;

/** Streams changes to a page until it leaves. */
export function live(hub: Hub, { streams, streamMs }: StreamLimits, mayAct: boolean) {
  let open = 0;
  return (c: Context) => {
    if (open >= streams) {
      c.header('retry-after', '5');
      return c.json({ error: `${streams} pages are live already: close one of them` }, 503);
    }
    open += 1;
    const run = c.req.query('run') ?? null;
    return streamSSE(c, async (stream) => {
      let wake = () => {};
      /** Of each kind only the newest counts: a slow reader gets no queue. */
      const waiting = new Map<Message['event'], Message>();
      const leave = hub.join(run, (message) => {
        waiting.set(message.event, message);
        wake();
      });
      const until = performance.now() + streamMs;
      stream.onAbort(() => wake());
      try {
        await written(stream.writeSSE({ event: 'may', data: JSON.stringify({ act: mayAct }) }), until);
        while (!stream.aborted && performance.now() < until) {
          if (waiting.size === 0) {
            const hasMore = await new Promise<boolean>((resolve) => {
              const timer = setTimeout(() => resolve(false), Math.min(BEAT_MS, Math.max(0, until - performance.now())));
              wake = () => {
                clearTimeout(timer);
                resolve(true);
              };
            });
            wake = () => {};
            if (!hasMore) await written(stream.write(': alive\n\n'), until);
          }
          const [next] = waiting.values();
          if (next === undefined) continue;
          waiting.delete(next.event);
          await written(stream.writeSSE(next), until);
        }
        if (!stream.aborted) await written(stream.writeSSE({ event: 'again', data: '' }), until);
      } finally {
        open -= 1;
        leave();
        stream.abort();
      }
    });
  };
}

/** Waits for a write, but not beyond the end of the stream: a reader may never read it. */
async function written(write: Promise<unknown>, untilMono: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(100, untilMono - performance.now()));
  });
  await Promise.race([write, late]);
  clearTimeout(timer);
}
