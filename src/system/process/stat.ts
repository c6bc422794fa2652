/**
 * Clock ticks per second in /proc: USER_HZ, which is 100 on every architecture that Node supports
 * (proc(5), `getconf CLK_TCK`).
 */
export const TICKS_PER_SECOND = 100;
const MS_PER_TICK = 1000 / TICKS_PER_SECOND;

/** The fields of /proc/PID/stat that are used here. */
export interface ProcessStat {
  readonly pid: number;
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  /** CPU time of the process and of the children that it has waited for. */
  readonly cpuMs: number;
  readonly startTicks: number;
}

/**
 * Parses a line of /proc/PID/stat, or returns null if it is not one. The name may contain spaces,
 * parentheses and newlines; the last ')' ends it.
 */
export function parseStat(text: string): ProcessStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 2 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  const stat = {
    pid: Number(text.slice(0, open)),
    comm: text.slice(open + 1, close),
    state: fields[0] ?? '',
    ppid: field(4),
    pgid: field(5),
    sid: field(6),
    cpuMs: (field(14) + field(15) + field(16) + field(17)) * MS_PER_TICK,
    startTicks: field(22),
  };
  return Number.isSafeInteger(stat.pid) && Number.isSafeInteger(stat.startTicks) ? stat : null;
}

/** A zombie is dead: its parent just has not reaped it yet. */
export const hasDied = ({ state }: Pick<ProcessStat, 'state'>): boolean => state === 'Z' || state === 'X' || state === 'x';
