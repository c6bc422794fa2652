import { readProcFile } from '../proc-file.ts';

/**
 * The control group of this process in systemd's hierarchy, as the kernel shows it, or null if it
 * is in none.
 */
const ownGroup = (): string | null => groupIn(readProcFile('/proc/self/cgroup')?.toString('utf8') ?? '');

/**
 * The group in systemd's hierarchy. A machine may have both cgroup versions, and the systemd in a
 * container may use only one of them: its units show which. If both paths name a unit, systemd's
 * named hierarchy wins; if neither does, the first path there is.
 */
export function groupIn(lines: string): string | null {
  const paths = [/^\d+:name=systemd:(.*)$/m, /^0::(.*)$/m].flatMap((hierarchy) => hierarchy.exec(lines)?.[1] ?? []);
  return paths.find((path) => IN_UNIT.test(path)) ?? paths.find((path) => BELOW_UNIT.test(path)) ?? paths[0] ?? null;
}

const IN_UNIT = /\.(service|scope)$/;
const BELOW_UNIT = /\.(service|scope|slice)(\/|$)/;

/**
 * Whether this process belongs to a systemd service: not to a user's session, and not to a user's
 * manager itself.
 */
export const isService = (group: string | null = ownGroup()): boolean => /\/(?!user@\d+\.service$)[^/]+\.service$/.test(group ?? '');
