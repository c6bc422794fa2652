import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { Instant } from '../../core/model/facts.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import type { Layout } from '../directory/layout.ts';
import type { LeaseHolder } from './row.ts';

/** A sign of life, overwritten in place so that a full disk does not prevent it. */
export interface Beat {
  readonly bootId: string;
  readonly mono: number;
}

/**
 * Records that the holder of the lease is alive. Returns what went wrong, or null if nothing did.
 */
export function beat(where: Layout, { bootId, mono }: Beat): string | null {
  try {
    const fd = openSync(where.heartbeat, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    try {
      writeSync(fd, `${bootId} ${Math.round(mono).toString().padStart(MONO_DIGITS, '0')}\n`, 0);
    } finally {
      closeSync(fd);
    }
    return null;
  } catch (error) {
    return `the heartbeat can't be written: ${errorMessage(error)}`;
  }
}

/** Returns the last sign of life, or null if none can be read. */
export function lastBeat(where: Layout): Beat | null {
  try {
    const parts = /^(\S+) (\d+)\n/.exec(readFileSync(where.heartbeat, 'utf8'));
    return parts === null ? null : { bootId: parts[1] ?? '', mono: Number(parts[2]) };
  } catch {
    return null;
  }
}

/**
 * For how many ms the lease holder, of this boot, has given no sign of life. Taking the lease
 * counts as one.
 */
export function silentMs(where: Layout, { bootId, takenAt }: LeaseHolder, now: Instant): number {
  const last = lastBeat(where);
  const beaten = last !== null && last.bootId === bootId ? last.mono : 0;
  return now.mono - Math.max(beaten, takenAt.mono);
}

/** Enough for any uptime in ms, so that all beats have the same length. */
const MONO_DIGITS = 15;
