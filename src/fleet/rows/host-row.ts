import type { Summary } from '../../core/fleet/beat.ts';
import type { Posted } from '../../core/fleet/outbox.ts';
import { opened } from './envelope.ts';
import { fitted } from './fitted.ts';

/** With its number and its signature a row has room in 4 KiB. */
const MOST_BYTES = 3 * 1024;

/** What a host says of itself with each beat. The number of its row is the number of the beat. */
export interface HostRow {
  readonly v: 1;
  readonly host: string;
  /** Its public key, which signs its rows, and the fleet's word that it is of this host. */
  readonly key: string;
  readonly certificate: string;
  /** Of this member of the fleet: a cloned machine has the same name and another machine. */
  readonly id: string;
  /** How many watchdogs this state has had. */
  readonly incarnation: number;
  readonly boot: string;
  readonly dogwatch: string;
  readonly labels: readonly string[];
  /** By its own wall clock: ISO 8601, UTC. */
  readonly at: string;
  readonly beat: Summary;
  /** Null if it has just ended, as a person or its last run wanted. */
  readonly watchdog: { readonly pid: number; readonly since: string } | null;
  /** Its runs that are not over. */
  readonly active: number;
  readonly counts: Readonly<Record<string, number>>;
  /** How many channels of notices it has, besides its own log. */
  readonly channels: number;
}

export const hostDocument = (row: HostRow): string => fitted(row, MOST_BYTES);

/** What others have to know of a host to miss it. */
export interface HostBeat extends Posted {
  /** Nothing of it is missed: it has left the fleet, or has ended with nothing to do. */
  readonly isGone: boolean;
  /** A person ended its watchdog while it had runs. */
  readonly hasEnded: boolean;
  readonly channels: number;
}

/** A host's row as others read it, whatever version wrote it, or null if it is no such row. */
export function beatIn(text: string): HostBeat | null {
  const row = opened(text);
  if (row === null) return null;
  const { number, document } = row;
  const { watchdog, active, channels } = document === '' ? {} : (JSON.parse(document) as Partial<HostRow>);
  const hasEnded = watchdog === null;
  const isIdle = typeof active === 'number' && active === 0;
  return {
    number,
    document,
    isGone: document === '' || (hasEnded && isIdle),
    hasEnded,
    channels: typeof channels === 'number' ? channels : 0,
  };
}
