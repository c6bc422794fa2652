import { GONE } from '../../core/fleet/outbox.ts';
import { LATE_MS, type Seen, shown } from '../../core/fleet/seen.ts';
import { nameOf } from '../../fleet/keys.ts';
import type { Heard } from '../../view/fleet/model.ts';
import { understood } from '../fleet/understood.ts';
import type { HostSaid } from './said.ts';

interface Here {
  /** This machine's wall clock when it started, ms since the epoch. */
  readonly wall: number;
  readonly clean: (text: string) => string;
}

/**
 * What a host has said, as the answer that its own `status` would give. Its dates are by its own
 * clock, and its age by the one here.
 */
export function heardFrom(seen: Seen, said: HostSaid, foreign: readonly string[], { wall, clean }: Here): Heard {
  const { beatMs, factsMs } = seen;
  const atMs = Number.isFinite(factsMs) ? factsMs : beatMs;
  const atWall = said.atWall - (beatMs - atMs);
  const documents = [...seen.rows.keys()].flatMap((key) => documentOf(seen, key));
  const value = {
    version: 1,
    at: new Date(atWall).toISOString(),
    runs: documents,
    unreadable: foreign.map((key) => ({ id: '', name: nameOf(key) ?? key, state: 'a row that this host did not sign' })),
    host: {
      name: said.name,
      watchdog: said.watchdog,
      condition: said.watchdog === null ? 'none' : 'alive',
      seenAt: new Date(said.atWall).toISOString(),
    },
  };
  return {
    view: understood(value, clean, atWall).view,
    atMs,
    // What a beat may be late by: a clock that is off by less is not said to be.
    tookMs: LATE_MS,
    offsetMs: Math.round(said.atWall - (wall + beatMs)),
  };
}

function documentOf(seen: Seen, key: string): readonly object[] {
  const document = shown(seen, key)?.document ?? GONE;
  return document === GONE ? [] : [JSON.parse(document) as object];
}
