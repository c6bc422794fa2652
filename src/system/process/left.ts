import { readlinkSync } from 'node:fs';
import { isInUnit } from '../systemd/transient-unit.ts';
import { isKept } from './keep.ts';
import { closer, type LivingProcess, type SeenProcess } from './marks.ts';
import type { Membership } from './members.ts';
import { isMark } from './visible-mark.ts';

/** What is known of an attempt whose processes have ended. */
export interface Ended extends Membership {
  /** Where it worked. */
  readonly cwd: string;
}

/**
 * Processes of which nobody knows whether they are of an attempt, though none that certainly is lives any more: they began after it, carry no
 * mark that can be read, their parents are gone, and either they hide their environment or they work in its directory; and those that descend
 * from it, and are of another user (set-uid). To be named, never to be ended.
 */
export function perhapsLeft(all: readonly LivingProcess[], attempt: Ended): readonly SeenProcess[] {
  const { mark, shim, agent, unit, cwd } = attempt;
  const since = (shim ?? agent)?.startTicks ?? Number.POSITIVE_INFINITY;
  const byPid = new Map(all.map((one) => [one.pid, one]));
  const isOrphan = ({ ppid }: LivingProcess) => ppid === REAPER || isReaper(byPid.get(ppid));
  const isPerhaps = (one: LivingProcess): boolean => {
    if (isMark(one.kin, mark)) return one.hidden === 'of-others';
    if (one.mark !== null || one.kin !== null || one.hidden === 'of-others' || one.startTicks < since) return false;
    // Out of its control group nothing comes without rights that it has not.
    if (unit != null && !isInUnit(unit, one.pid)) return false;
    return isOrphan(one) && (one.hidden === 'ours' || isWithin(one.pid, cwd));
  };
  return all
    .filter(isPerhaps)
    .map(closer)
    .filter((one) => !isKept(one));
}

/** Takes over those whose parents have died. A user's manager does so as well. */
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

/** For people: what may be left, and why nobody knows. Null: nothing. */
export function leftInWords(left: readonly SeenProcess[]): string | null {
  if (left.length === 0) return null;
  const why = { ours: 'hides its environment', 'of-others': 'is of another user', no: 'carries no mark' } as const;
  const named = left.slice(0, MOST_NAMED).map(({ comm, pid, hidden }) => `${comm} (pid ${pid}, ${why[hidden]})`);
  const more = left.length > MOST_NAMED ? ` and ${left.length - MOST_NAMED} more` : '';
  return `perhaps left: ${named.join(', ')}${more}`;
}
