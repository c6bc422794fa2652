import type { ProcessIdentity } from '../../core/model/facts.ts';
import { isSame } from '../../core/values/process-identity.ts';
import { isInUnit, type TransientUnit } from '../systemd/transient-unit.ts';
import { isKept } from './keep.ts';
import { allProcesses, closer } from './marks.ts';
import { isAlive } from './process.ts';
import type { LivingProcess, SeenProcess } from './seen-process.ts';
import { isMark } from './visible-mark.ts';

export interface Membership {
  /** Null for an adopted attempt: dogwatch did not start it, so its processes carry no mark. */
  readonly mark: string | null;
  readonly shim: ProcessIdentity | null;
  /**
   * Every process in it belongs to the attempt. Null or absent if the attempt was started without
   * one.
   */
  readonly unit?: TransientUnit | null;
  /** The command's first process, or the adopted one; the unit, if any, is then its own. */
  readonly agent: ProcessIdentity | null;
}

/**
 * The living processes of an attempt that may be ended, except its shim and processes on the
 * keep-list: all that carry its mark, its own first process, their known descendants, and processes
 * without a readable mark in its session or unit (they cleared or hide their environment). An
 * adopted attempt consists of its process, its descendants and the processes in its unit. `known`
 * are members seen before, whose own parents may be gone. Processes of another user (set-uid)
 * cannot be ended, and are not included.
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
  // A process with the mark of another attempt belongs to that attempt, whoever started it.
  const open = all.filter((one) => one.mark === null || isMark(one.mark, mark));
  const isSure = ({ identity, mark: own, kin, pid }: LivingProcess) =>
    isMark(own, mark) || isMark(kin, mark) || (agent !== null && isSame(identity, agent)) || (unit != null && isInUnit(unit, pid));
  const ours = descendants(open, null, [...known, ...open.filter(isSure).map(({ identity }) => identity)]);
  // A session id is free for reuse once the session is empty: only a process known to be ours
  // proves that this is still our session.
  const isOurs = shim !== null && (isAlive(shim) || ours.some(({ sid }) => sid === shim.pid));
  if (!isOurs) return ours;
  return open.filter((one) => ours.includes(one) || one.sid === shim.pid);
}

function adopted(all: readonly LivingProcess[], { agent, unit }: Membership, known: readonly ProcessIdentity[]): readonly LivingProcess[] {
  const found = descendants(all, agent, known);
  return unit == null ? found : all.filter((one) => found.includes(one) || isInUnit(unit, one.pid));
}

/** The adopted process, the known ones, and all their descendants. */
export function descendants(
  all: readonly LivingProcess[],
  adopted: ProcessIdentity | null,
  known: readonly ProcessIdentity[],
): readonly LivingProcess[] {
  const roots = adopted === null ? known : [adopted, ...known];
  const found = new Set(all.filter(({ identity }) => roots.some((root) => isSame(root, identity))));
  // A child may precede its parent in the list: repeat until a pass finds nothing new.
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    const parents = new Set([...found].map(({ pid }) => pid));
    for (const one of all) if (parents.has(one.ppid)) found.add(one);
  }
  return [...found];
}
