import { createHash } from 'node:crypto';
import type { Sighting } from './seen-process.ts';

const SIGN = 'visible-';

/**
 * Stands for a mark where every user of the machine can read it, as in the arguments of a process:
 * it names the same attempt without revealing its token.
 */
export function visibleMark(mark: string): string {
  const digest = createHash('sha256').update(mark).digest('hex').slice(0, 24);
  return `${mark.slice(0, mark.lastIndexOf('/'))}/${SIGN}${digest}`;
}

/** The id of the run that a mark names. */
export const runOf = (mark: string): string => mark.slice(0, Math.max(0, mark.indexOf('/')));

/** Whether a process claims to belong to the attempt with this mark. */
export const isMark = (claimed: string | null, mark: string | null): boolean =>
  claimed !== null && mark !== null && (claimed === mark || (claimed.includes(`/${SIGN}`) && claimed === visibleMark(mark)));

/** Pids by whose they are: of many attempts that die together, each asks about its own run. */
export interface ByMark {
  /** Those that carry a mark of this run. */
  readonly ofRun: ReadonlyMap<string, readonly number[]>;
  /** Those that descend from an attempt without carrying its mark. */
  readonly kin: readonly number[];
}

export function byMark(pids: Iterable<number>, known: ReadonlyMap<number, Pick<Sighting, 'mark' | 'kin'>>): ByMark {
  const ofRun = new Map<string, number[]>();
  const kin: number[] = [];
  for (const pid of pids) {
    const one = known.get(pid);
    if (one === undefined) continue;
    if (one.kin !== null) kin.push(pid);
    if (one.mark === null) continue;
    const others = ofRun.get(runOf(one.mark));
    if (others === undefined) ofRun.set(runOf(one.mark), [pid]);
    else others.push(pid);
  }
  return { ofRun, kin };
}
