import { clockAt } from '../../look/clock.ts';
import { readable } from '../../view/clock.ts';

/**
 * A sentence of the watchdog for a person: its dates, which are written down in UTC, as this shell
 * shows them. `atWall` is the moment from which it is read (ms since the epoch).
 */
export const withLocalTimes = (text: string, atWall = Date.now()): string => readable(clockAt(atWall, false), text);
