import type { Instant } from '../../src/core/model/facts.ts';
import { engineNotice, type FleetCause } from '../../src/fleet/notices/draft.ts';
import type { LocalNotices } from './local-notices.ts';

/** An engine that is being restarted, or a link that is down for a while, is nobody's work. */
const AWAY_MS = 15 * 60_000;
const ENGINE: FleetCause = { about: 'fleet', what: 'engine', host: '' };

export interface AwayDeps {
  readonly notices: Pick<LocalNotices, 'own' | 'open' | 'clear'>;
  nowMs(): number;
  at(): Instant;
  ackedMs(): number;
}

/**
 * Notifies people of an engine that has acknowledged nothing of this host for a while, and that it
 * is back. Nobody else can: this host cannot be seen. What it returns is called now and then.
 */
export function engineAway({ notices, nowMs, at, ackedMs }: AwayDeps): () => void {
  const startedMs = nowMs();
  return () => {
    const sinceMs = Math.max(startedMs, ackedMs());
    const open = notices.own(ENGINE);
    if (nowMs() - sinceMs >= AWAY_MS) {
      if (open === null) notices.open(engineNotice(nowMs() - sinceMs, at()));
    } else if (open !== null && ackedMs() > startedMs) notices.clear(open, 'the engine answers again', at());
  };
}
