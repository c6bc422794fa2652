import { readProcFile } from './proc-file.ts';

/** The control group of this process that its systemd has made, as the kernel shows it; null: it is in none. */
export function ownGroup(): string | null {
  const lines = readProcFile('/proc/self/cgroup')?.toString('utf8').split('\n') ?? [];
  const [, path] = lines.map((line) => /^\d+:(?:name=systemd)?:(.*)$/.exec(line)).find((found) => found !== null) ?? [];
  return path ?? null;
}

/** This process belongs to a service of systemd: not to somebody's session, and not to a user's manager itself. */
export const isService = (group: string | null = ownGroup()): boolean => /\/(?!user@\d+\.service$)[^/]+\.service$/.test(group ?? '');
