import type { ProcessIdentity } from '../../core/model/facts.ts';
import { isSame } from '../../core/values/process-identity.ts';
import { isInUnit, type TransientUnit } from '../systemd/transient-unit.ts';
import { isKept } from './keep.ts';
import { allProcesses, closer, type LivingProcess, type SeenProcess } from './marks.ts';
import { isAlive } from './process.ts';
import { isMark } from './visible-mark.ts';

export interface Membership {
  /** Null: dogwatch did not start it (adopted), so that its processes carry no mark. */
  readonly mark: string | null;
  readonly shim: ProcessIdentity | null;
  /** Whatever is in it belongs to the attempt; null or absent: it was started without one. */
  readonly unit?: TransientUnit | null;
  /** The command's first process, or the one that was adopted: then the unit, if any, is its own. */
  readonly agent: ProcessIdentity | null;
}

/**
 * The living processes of an attempt that may be ended, without its shim and those on the keep-list: all that carry its mark, its own first process,
 * what was seen to descend from one of these, and those without a mark that can be read in its own session or its unit (they cleared their
 * environment, or hide it). An adopted attempt is its process, what descends from it and what is in its unit; `known` holds those that were seen
 * before, whose own parents may be gone. What belongs to another user (set-uid) can't be ended, and is not among them.
 */
export function membersOf(attempt: Membership, known: readonly ProcessIdentity[]): readonly SeenProcess[] {
  const all = allProcesses();
  const members = attempt.mark === null ? adopted(all, attempt, known) : marked(all, attempt.mark, attempt, known);
  return members
    .filter(({ identity, hidden }) => hidden !== 'of-others' && !(attempt.shim && isSame(identity, attempt.shim)))
    .map(closer)
    .filter((one) => !isKept(one));
}

function marked(
  all: readonly LivingProcess[],
  mark: string,
  { shim, unit, agent }: Membership,
  known: readonly ProcessIdentity[],
): readonly LivingProcess[] {
  // What carries the mark of another attempt belongs to that one, whoever has started it.
  const open = all.filter((one) => one.mark === null || isMark(one.mark, mark));
  const isSure = ({ identity, mark: own, kin, pid }: LivingProcess) =>
    isMark(own, mark) || isMark(kin, mark) || (agent !== null && isSame(identity, agent)) || (unit != null && isInUnit(unit, pid));
  const ours = descendants(open, null, [...known, ...open.filter(isSure).map(({ identity }) => identity)]);
  // A session's number is free again once the session is empty: only a process that is known to be ours proves that this one still is.
  const isOurs = shim !== null && (isAlive(shim) || ours.some(({ sid }) => sid === shim.pid));
  if (!isOurs) return ours;
  return open.filter((one) => ours.includes(one) || one.sid === shim.pid);
}

function adopted(all: readonly LivingProcess[], { agent, unit }: Membership, known: readonly ProcessIdentity[]): readonly LivingProcess[] {
  const found = descendants(all, agent, known);
  return unit == null ? found : all.filter((one) => found.includes(one) || isInUnit(unit, one.pid));
}

/** Those of all processes that are the adopted one, one of the known, or descend from one of these. */
export function descendants(
  all: readonly LivingProcess[],
  adopted: ProcessIdentity | null,
  known: readonly ProcessIdentity[],
): readonly LivingProcess[] {
  const roots = adopted === null ? known : [adopted, ...known];
  const found = new Set(all.filter(({ identity }) => roots.some((root) => isSame(root, identity))));
  // A child may stand before its parent in the list: a pass more than generations were found ends it.
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    const parents = new Set([...found].map(({ pid }) => pid));
    for (const one of all) if (parents.has(one.ppid)) found.add(one);
  }
  return [...found];
}
