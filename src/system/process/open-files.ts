import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Other processes that have one of these files open, as far as this user can see. */
export const processesWithOpen = (paths: readonly string[]): readonly number[] => otherProcesses((pid) => has(pid, paths, () => true));

/** Other processes that have one of these files open for writing. */
export const processesWriting = (paths: readonly string[]): readonly number[] => otherProcesses((pid) => has(pid, paths, isForWriting));

const otherProcesses = (isWanted: (pid: number) => boolean): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && isWanted(pid));

function has(pid: number, paths: readonly string[], isWanted: (pid: number, fd: string) => boolean): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return paths.includes(readlinkSync(`/proc/${pid}/fd/${fd}`)) && isWanted(pid, fd);
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** The lowest two bits of the flags, which are octal (proc_pid_fdinfo(5)); 0 means read-only. */
function isForWriting(pid: number, fd: string): boolean {
  const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & 0o3) !== 0;
}
