import { ask } from './key.js';

const AGAIN_MS = 1000;
const MOST_MS = 10_000;
/** The server writes every 15 s: after this the connection is dead even if nobody says so. */
const SILENT_MS = 40_000;

/**
 * Streams what changes to `on[event]`. `lost(since, why)` is called while the connection is lost,
 * with null once it is back; `refused(status)` ends it.
 */
export async function live(run, on, { lost, refused }) {
  let since = null;
  let failures = 0;
  for (;;) {
    const quits = new AbortController();
    let silence = setTimeout(() => quits.abort(), SILENT_MS);
    let isPlanned = false;
    let why = '';
    try {
      const response = await ask(`/api/live${run === null ? '' : `?run=${encodeURIComponent(run)}`}`, {
        signal: quits.signal,
      });
      if (response.status === 401 || response.status === 421 || response.status === 403) return refused(response.status);
      if (!response.ok) {
        why = (await response.json()).error;
        throw new Error(why);
      }
      failures = 0;
      for await (const { event, data } of messages(response.body, () => {
        clearTimeout(silence);
        silence = setTimeout(() => quits.abort(), SILENT_MS);
        if (since !== null) lost(null);
        since = null;
      })) {
        isPlanned = event === 'again';
        if (!isPlanned) on[event]?.(JSON.parse(data));
      }
    } catch {
      // Said below, by the time since when nothing is known.
    } finally {
      clearTimeout(silence);
    }
    if (isPlanned) continue;
    since ??= Date.now();
    lost(since, why);
    failures += 1;
    await new Promise((resolve) => setTimeout(resolve, Math.min(MOST_MS, AGAIN_MS * failures)));
  }
}

/** The messages of a stream of server-sent events. */
async function* messages(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const parts = (rest + value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const fields = part.split('\n').filter((line) => !line.startsWith(':'));
      const of = (name) =>
        fields
          .filter((line) => line.startsWith(`${name}: `))
          .map((line) => line.slice(name.length + 2))
          .join('\n');
      if (fields.length > 0) yield { event: of('event'), data: of('data') };
    }
  }
}
