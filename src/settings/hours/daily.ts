import type { Daily } from '../../core/hours/daily.ts';
import { offsetsOf } from './offsets.ts';
import { knownZone } from './parse.ts';

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Reads `07:00; Europe/Berlin`, or `07:00` for `ownZone`. Null for anything else. */
export function parseDaily(text: string, ownZone: string, nowWall: number): Daily | null {
  const [time = '', zoneText, ...rest] = text.split(';').map((part) => part.trim());
  const [, hour, minute] = TIME.exec(time) ?? [];
  const zone = zoneText === undefined ? ownZone : knownZone(zoneText);
  if (rest.length > 0 || hour === undefined || zone === null) return null;
  return { text: `${time}; ${zone}`, zone, minute: Number(hour) * 60 + Number(minute), offsets: offsetsOf(zone, nowWall) };
}
