import { readProcFile } from '../proc-file.ts';

/** The control group of this process in the hierarchy that its systemd has made, as the kernel shows it; null: it is in none. */
export const ownGroup = (): string | null => groupIn(readProcFile('/proc/self/cgroup')?.toString('utf8') ?? '');

/**
 * The group in systemd's hierarchy. A machine may have both kinds, and the systemd in a container may use only one of them: which one, its
 * units tell. Where both name a unit it is systemd's own, where none does it is whatever there is.
 */
export function groupIn(lines: string): string | null {
  const paths = [/^\d+:name=systemd:(.*)$/m, /^0::(.*)$/m].flatMap((hierarchy) => hierarchy.exec(lines)?.[1] ?? []);
  return paths.find((path) => IN_UNIT.test(path)) ?? paths.find((path) => BELOW_UNIT.test(path)) ?? paths[0] ?? null;
}

const IN_UNIT = /\.(service|scope)$/;
const BELOW_UNIT = /\.(service|scope|slice)(\/|$)/;

/** This process belongs to a service of systemd: not to somebody's session, and not to a user's manager itself. */
export const isService = (group: string | null = ownGroup()): boolean => /\/(?!user@\d+\.service$)[^/]+\.service$/.test(group ?? '');
