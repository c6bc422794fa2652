import { knownZone } from './times/wall.ts';

/** The time zone of a process with this TZ, or the machine's if it names no known zone. */
export const timeZone = (tz: string | undefined): string =>
  (tz === undefined ? null : knownZone(tz)) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * The same, found out when it is first needed: what knows all zones takes 8 MB, and most logs
 * mention none.
 */
export function lateTimeZone(tz: () => string | undefined): () => string {
  let found: string | null = null;
  return () => {
    found ??= timeZone(tz());
    return found;
  };
}
