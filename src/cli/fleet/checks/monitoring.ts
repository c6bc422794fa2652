import { errorMessage } from '../../../core/values/error-message.ts';

/** How a server keeps what it acknowledges, from its monitoring port. */
export interface ServerFacts {
  readonly version: string;
  /** Each write is on the disk before it is acknowledged. Null if the server does not say. */
  readonly syncAlways: boolean | null;
  /** Null without JetStream. */
  readonly storeDir: string | null;
}

const PATIENCE_MS = 3000;
const MAX_BYTES = 1 << 20;

/** Asks a server. Returns the reason if it does not answer as one of NATS does. */
export async function monitored(base: string): Promise<ServerFacts | { readonly because: string }> {
  try {
    const [server, jetStream] = await Promise.all([read(base, 'varz'), read(base, 'jsz')]);
    const { version } = server as { version?: unknown };
    const { config, disabled } = jetStream as { config?: { sync_always?: unknown; store_dir?: unknown }; disabled?: unknown };
    if (typeof version !== 'string') return { because: 'the answer is not that of nats-server' };
    if (disabled === true || typeof config?.store_dir !== 'string') return { version, syncAlways: null, storeDir: null };
    // It says nothing of what is false.
    return { version, syncAlways: config.sync_always === true, storeDir: config.store_dir };
  } catch (error) {
    return { because: error instanceof Error && error.cause instanceof Error ? error.cause.message : errorMessage(error) };
  }
}

async function read(base: string, path: string): Promise<object> {
  const answer = await fetch(new URL(path, `${base.replace(/\/$/, '')}/`), { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'error' });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const text = await answer.text();
  const value: unknown = text.length > MAX_BYTES ? null : JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('an answer that is not that of nats-server');
  return value;
}
