import { readdirSync, readlinkSync } from 'node:fs';

/** The processes, without this one, that have one of these files open, as far as this user may see. */
export function processesWithOpen(paths: readonly string[]): readonly number[] {
  const wanted = new Set(paths);
  const pids = readdirSync('/proc').map(Number);
  return pids.filter((pid) => Number.isInteger(pid) && pid !== process.pid && opened(pid).some((path) => wanted.has(path)));
}

function opened(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
