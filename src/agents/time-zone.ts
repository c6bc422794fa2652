import { knownZone } from './times/wall.ts';

/** The time zone of a process with this TZ, or the machine's if it names no known zone. */
export const timeZone = (tz: string | undefined): string =>
  (tz === undefined ? null : knownZone(tz)) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
