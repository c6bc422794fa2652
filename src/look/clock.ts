import { readlinkSync } from 'node:fs';
import type { Clock } from '../view/clock.ts';

const ZONES = '/zoneinfo/';

/**
 * The clock of this process: local time unless the operator asked for UTC. Asking `Intl` for the
 * zone's name would cost more than all the rest of a face.
 */
export const clockAt = (nowWall: number, isUtc: boolean): Clock => ({ nowWall, isUtc, zone: isUtc ? 'UTC' : zoneHere(nowWall) });

function zoneHere(nowWall: number): string {
  const { TZ } = process.env;
  if (TZ !== undefined && /^[A-Za-z_]+(?:\/[\w+-]+)*$/.test(TZ)) return TZ === 'Etc/UTC' ? 'UTC' : TZ;
  const linked = TZ === undefined ? linkedZone() : null;
  return linked ?? offsetOf(nowWall);
}

function linkedZone(): string | null {
  try {
    const target = readlinkSync('/etc/localtime');
    const name = target.slice(target.indexOf(ZONES) + ZONES.length);
    return target.includes(ZONES) ? name.replace(/^(?:Etc\/)?UTC$/, 'UTC') : null;
  } catch {
    return null;
  }
}

function offsetOf(nowWall: number): string {
  const minutes = -new Date(nowWall).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${Math.floor(size / 60)}${size % 60 === 0 ? '' : `:${String(size % 60).padStart(2, '0')}`}`;
}
