import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { clockAt } from '../look/clock.ts';
import { lookAtRun } from '../look/run.ts';
import { lookAt } from '../look/state.ts';
import type { Layout } from '../store/directory/layout.ts';
import { withReader } from '../store/with-reader.ts';
import { readable } from '../view/clock.ts';
import { type Submit, wishOf } from './acts.ts';
import type { Names } from './address.ts';
import { assets } from './assets.ts';
import { overviewOf, runPageOf } from './documents.ts';
import { onlyOurs, onlyWithToken, protect } from './guard.ts';
import { Hub } from './hub.ts';
import { live, STREAM_LIMITS, type StreamLimits } from './live.ts';
import { logTail } from './log-tail.ts';
import { bearerOf } from './token.ts';

export interface Page {
  readonly layout: Layout;
  readonly token: string;
  /** Known only once it listens. */
  readonly names: () => Names;
  /** How acts reach the watchdog, or null if the page may only look. */
  readonly submit: Submit | null;
  readonly isUtc: boolean;
  readonly limits?: StreamLimits;
}

const MAX_BODY_BYTES = 16 * 1024;

/** The page and what it asks for. It reads the state, and writes only through `submit`. */
export function webApp({ layout, token, names, submit, isUtc, limits = STREAM_LIMITS }: Page): { readonly app: Hono; readonly hub: Hub } {
  const app = new Hono();
  const hub = new Hub(layout, isUtc);
  const files = assets();
  const clock = (at: string) => clockAt(Date.parse(at), isUtc);
  app.use(protect);
  app.use(onlyOurs(names));
  app.use('/api/*', onlyWithToken(bearerOf(token)));
  app.use('/api/*', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.json({ error: 'expected at most 16 KiB' }, 413) }));
  app.onError((error, c) => c.json({ error: error.message }, 500));
  app.notFound((c) => c.json({ error: 'there is no such page' }, 404));

  const file = (name: string) => {
    const asset = files.get(name);
    return asset === undefined ? null : new Response(asset.body, { headers: { 'content-type': asset.type } });
  };
  for (const path of ['/', '/runs/:name']) app.get(path, () => file('index.html') ?? new Response(null, { status: 404 }));
  app.get('/favicon.ico', () => file('favicon.svg') ?? new Response(null, { status: 404 }));
  app.get('/page/:file', (c) => file(c.req.param('file')) ?? c.notFound());

  app.get('/api/overview', async (c) => {
    const view = await lookAt(layout);
    return c.json(overviewOf(view, clock(view.at)));
  });
  app.get('/api/runs/:name', async (c) => {
    const detail = await lookAtRun(layout, c.req.param('name'));
    if (detail === null) return c.json({ error: `there is no run ${JSON.stringify(c.req.param('name'))}` }, 404);
    return c.json(runPageOf(detail, clock(detail.at)));
  });
  app.get('/api/runs/:name/log', (c) => {
    const run = withReader(layout, (reader) => reader.run(c.req.param('name')));
    const attempt = Number(c.req.query('attempt') ?? run?.tried ?? 0);
    if (run === null || !Number.isInteger(attempt) || attempt < 1 || attempt > run.tried)
      return c.json({ error: 'there is no such attempt' }, 404);
    return c.json({ attempt, lines: logTail(layout, run.id, attempt) });
  });
  app.get('/api/live', live(hub, limits, submit !== null));
  app.post('/api/act', async (c) => {
    if (submit === null) return c.json({ error: 'this page may only look: `dogwatch web --act` lets it act' }, 403);
    if (!/^application\/json(?:;|$)/i.test(c.req.header('content-type') ?? '')) return c.json({ error: 'expected JSON' }, 415);
    const wish = wishOf(await c.req.json().catch(() => null));
    if (typeof wish === 'string') return c.json({ error: wish }, 400);
    const known = withReader(layout, (reader) => reader.byId(wish.run));
    if (known === null) return c.json({ error: `there is no run ${JSON.stringify(wish.run)}` }, 404);
    try {
      const { accepted, message } = await submit(wish.run, wish.command);
      return c.json({ accepted, message: readable(clockAt(Date.now(), isUtc), message) }, accepted ? 200 : 409);
    } catch (error) {
      return c.json({ error: error instanceof Error ? error.message : String(error) }, 503);
    }
  });
  return { app, hub };
}
