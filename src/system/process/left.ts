import { readlinkSync } from 'node:fs';
import { isInUnit } from '../systemd/transient-unit.ts';
import { isKept } from './keep.ts';
import { closer } from './marks.ts';
import type { Membership } from './members.ts';
import type { LivingProcess, SeenProcess } from './seen-process.ts';
import { isMark } from './visible-mark.ts';

/** What is known about an attempt whose processes have ended. */
export interface Ended extends Membership {
  /** The directory it worked in. */
  readonly cwd: string;
}

/**
 * Processes that may belong to an attempt, though none that certainly does is alive: either they
 * started after it, carry no readable mark, are orphans, and hide their environment or work in its
 * directory; or they descend from it but belong to another user (set-uid). They are only reported,
 * never ended.
 */
export function perhapsLeft(all: readonly LivingProcess[], attempt: Ended): readonly SeenProcess[] {
  const { mark, shim, agent, unit, cwd } = attempt;
  const since = (shim ?? agent)?.startTicks ?? Number.POSITIVE_INFINITY;
  const byPid = new Map(all.map((one) => [one.pid, one]));
  const isOrphan = ({ ppid }: LivingProcess) => ppid === REAPER || isReaper(byPid.get(ppid));
  const isPerhaps = (one: LivingProcess): boolean => {
    if (isMark(one.kin, mark)) return one.hidden === 'of-others';
    if (one.mark !== null || one.kin !== null || one.hidden === 'of-others' || one.startTicks < since) return false;
    // Leaving its control group takes privileges that the attempt does not have.
    if (unit != null && !isInUnit(unit, one.pid)) return false;
    return isOrphan(one) && (one.hidden === 'ours' || isWithin(one.pid, cwd));
  };
  return all
    .filter(isPerhaps)
    .map(closer)
    .filter((one) => !isKept(one));
}

/** Init adopts orphans. So does a user's service manager. */
const REAPER = 1;
const isReaper = (parent: LivingProcess | undefined): boolean => parent === undefined || parent.comm === 'systemd';

function isWithin(pid: number, directory: string): boolean {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return directory !== '/' && (cwd === directory || cwd.startsWith(`${directory}/`));
  } catch {
    return false;
  }
}

const MOST_NAMED = 5;

/**
 * Names the processes that may be left behind, and why that is uncertain; null if there are none.
 */
export function leftInWords(left: readonly SeenProcess[]): string | null {
  if (left.length === 0) return null;
  const why = { ours: 'hides its environment', 'of-others': 'belongs to another user', no: 'carries no mark' } as const;
  const named = left.slice(0, MOST_NAMED).map(({ comm, pid, hidden }) => `${comm} (pid ${pid}, ${why[hidden]})`);
  const more = left.length > MOST_NAMED ? ` and ${left.length - MOST_NAMED} more` : '';
  return `perhaps left: ${named.join(', ')}${more}`;
}
