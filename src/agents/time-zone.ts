import { knownZone } from './times/wall.ts';

/** The time zone of a process with this TZ; without one that is known, the machine's. */
export const timeZone = (tz: string | undefined): string =>
  (tz === undefined ? null : knownZone(tz)) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
