import type { ProcessIdentity } from '../../core/model/facts.ts';
import { type PidsGivenOut, pidsBetween } from '../new-pids.ts';
import { markIn, withMemory } from './mark-in-environ.ts';
import type { ProcessTable, Sighted, Sighting } from './seen-process.ts';
import { TICKS_PER_SECOND } from './stat.ts';
import { type ByMark, byMark, isMark } from './visible-mark.ts';

/**
 * A starting process still has its parent's environment for a moment. What was read is final once
 * it has been known for this long, or had been running for this many ticks.
 */
const SETTLED_MS = 2000;
const SETTLED_TICKS = 10 * TICKS_PER_SECOND;
/** A process may get its pid this long before it can be seen. */
const UNSEEN_MS = 1000;
/**
 * How old the last complete pass may be, and how old if an attempt waits for this one: a complete
 * one is made before that, when nothing waits.
 */
const COMPLETE_MS = { patient: 240_000, urgent: 300_000, shared: 300_000 } as const;
/** Many attempts that start at once share a pass. */
const SHARED_MS = 100;
/** The unused pids that can be checked in the time that a look at a known process takes. */
const UNUSED_PER_KNOWN = 2;
const ALWAYS_CHEAP = 64;
/** Processes that start during a pass are looked at in it, up to this many times. */
const MOST_ROUNDS = 3;

/**
 * `patient`: nothing waits for the pass. `urgent`: an attempt does. `shared`: one does, but a pass
 * of a moment ago will do: whatever is new since then descends from what it found.
 */
export type Haste = keyof typeof COMPLETE_MS;

/**
 * Whose process each process is, kept from one pass to the next. A machine has thousands of
 * processes that belong to no attempt: a pass looks only at those that started since the last one,
 * at those that are still starting, and at those of attempts.
 */
export class Sightings {
  readonly #table: ProcessTable;
  readonly #known = new Map<number, Sighting>();
  /** Pids of `#known` that every pass looks at. */
  readonly #open = new Set<number>();
  /**
   * Kinship known from before this program started: valid only for the same process, and only if it
   * carries no readable mark.
   */
  readonly #remembered: { readonly identity: ProcessIdentity; readonly mark: string }[] = [];
  /** How far pids were given out before earlier passes, oldest first. */
  readonly #passes: { readonly givenOut: PidsGivenOut; readonly mono: number }[] = [];
  /** False once a process got a pid that was not its turn. */
  #isInOrder = true;
  #completeMono = Number.NEGATIVE_INFINITY;
  #passedMono = Number.NEGATIVE_INFINITY;
  #index: ByMark | null = null;

  constructor(table: ProcessTable) {
    this.#table = table;
  }

  /** Takes one pass. Returns the processes that belong to attempts, or that may be starting. */
  look(haste: Haste): readonly Sighted[] {
    this.#pass(haste);
    return this.#sighted([...this.#open]);
  }

  /** The same, only those that carry a mark of one of these runs. */
  lookFor(runs: ReadonlySet<string>, haste: Haste): readonly Sighted[] {
    this.#pass(haste);
    return this.#sighted([...runs].flatMap((run) => this.#indexed().ofRun.get(run) ?? []));
  }

  /** Takes one pass, and returns all processes. Those that belong to no attempt may be gone. */
  lookAtAll(): ReadonlyMap<number, Sighting> {
    this.#pass('patient');
    return this.#known;
  }

  /** Records that these processes descend from an attempt without carrying its mark. */
  remember(mark: string, identities: readonly ProcessIdentity[]): void {
    for (const identity of identities) this.#remembered.push({ identity, mark });
  }

  /**
   * The processes known to descend from an attempt without carrying its mark, as of the last pass.
   */
  kinOf(mark: string): readonly { readonly pid: number; readonly startTicks: number }[] {
    return this.#indexed().kin.flatMap((pid) => {
      const { kin = null, startTicks = null } = this.#known.get(pid) ?? {};
      return startTicks !== null && isMark(kin, mark) ? { pid, startTicks } : [];
    });
  }

  #indexed = (): ByMark => (this.#index ??= byMark(this.#open, this.#known));

  #sighted(pids: readonly number[]): readonly Sighted[] {
    return pids.flatMap((pid) => {
      const one = this.#known.get(pid);
      return one === undefined ? [] : [[pid, one] as const];
    });
  }

  #pass(haste: Haste): void {
    const mono = this.#table.nowMono();
    if (haste === 'shared' && mono - this.#passedMono < SHARED_MS) return;
    this.#index = null;
    const now = this.#table.givenOut();
    const before = this.#before();
    const isOld = mono - this.#completeMono >= COMPLETE_MS[haste];
    const most = Math.max(ALWAYS_CHEAP, this.#known.size * UNUSED_PER_KNOWN);
    const fresh = isOld || !this.#isInOrder || before === null || now === null ? null : pidsBetween(before, now, most);
    if (now === null) this.#passes.length = 0;
    else this.#passes.push({ givenOut: now, mono });
    if (fresh === null || now === null) this.#passOverAll(before);
    else this.#passOver(fresh, now);
    this.#passedMono = this.#table.nowMono();
  }

  /**
   * How far pids were given out when the last pass had yet to see all of those given out before.
   */
  #before(): PidsGivenOut | null {
    const last = this.#passes.at(-1);
    if (last === undefined) return null;
    const index = this.#passes.findLastIndex(({ mono }) => mono <= last.mono - UNSEEN_MS);
    if (index > 0) this.#passes.splice(0, index);
    return index < 0 ? null : (this.#passes[0]?.givenOut ?? null);
  }

  #passOverAll(before: PidsGivenOut | null): void {
    const pids = this.#table.pids();
    const listed = new Set(pids);
    for (const pid of [...this.#known.keys()]) if (!listed.has(pid)) this.#forget(pid);
    const begun = this.#lookAt(pids);
    const later = this.#table.givenOut();
    const between = before && later && pidsBetween(before, later, Number.POSITIVE_INFINITY);
    const inOrder = between && new Set(between);
    if (inOrder !== null && begun.some((pid) => !inOrder.has(pid))) this.#isInOrder = false;
    this.#completeMono = this.#table.nowMono();
  }

  #passOver(fresh: readonly number[], givenOut: PidsGivenOut): void {
    let pids: readonly number[] = [...new Set([...this.#open, ...fresh])];
    let now: PidsGivenOut = givenOut;
    for (let round = 1; ; round++) {
      const isOther = (pid: number) => !this.#isStill(pid) && !this.#table.isProcess(pid);
      const others = new Set(pids.filter(isOther));
      others.forEach(this.#forget, this);
      this.#lookAt(pids.filter((pid) => !others.has(pid)));
      const later = this.#table.givenOut();
      const more = later && pidsBetween(now, later, ALWAYS_CHEAP);
      if (later === null || more === null || more.length === 0 || round === MOST_ROUNDS) return;
      [pids, now] = [more, later];
    }
  }

  /** Whether this is certainly the process that was known by this pid. */
  #isStill(pid: number): boolean {
    const known = this.#known.get(pid);
    const entry = known === undefined ? null : this.#table.entry(pid);
    return entry !== null && entry.ino === known?.ino && entry.ctimeMs === known.ctimeMs;
  }

  /**
   * Looks at these processes. A parent is read only for a process that is new and carries no mark:
   * its parentage does not change. Returns the pids of those that are new.
   */
  #lookAt(pids: readonly number[]): readonly number[] {
    const orphans: { readonly one: Sighting; readonly ppid: number }[] = [];
    const begun: number[] = [];
    const oldTicks = this.#table.nowTicks() - SETTLED_TICKS;
    for (const pid of pids) {
      const seen = this.#see(pid, oldTicks);
      if (seen === null) {
        this.#forget(pid);
        continue;
      }
      this.#known.set(pid, seen.one);
      if (seen.isNew) begun.push(pid);
      if (seen.ppid !== null && seen.one.kin === null) orphans.push({ one: seen.one, ppid: seen.ppid });
    }
    const recalled = this.#recall();
    // A child may precede its parent in the list: repeat until a pass finds nothing new.
    for (let isNew = true; isNew; ) {
      isNew = false;
      for (const { one, ppid } of orphans) {
        const parent = one.kin === null ? this.#known.get(ppid) : undefined;
        const of = parent === undefined ? null : (parent.mark ?? parent.kin);
        if (of === null || this.#table.isShared(ppid)) continue;
        one.kin = of;
        isNew = true;
      }
    }
    for (const pid of [...pids, ...recalled]) {
      const one = this.#known.get(pid);
      if (one !== undefined && (!one.isSettled || one.mark !== null || one.kin !== null)) this.#open.add(pid);
      else this.#open.delete(pid);
    }
    return begun;
  }

  /** Returns the pids whose kinship was remembered. */
  #recall(): readonly number[] {
    return this.#remembered.splice(0).flatMap(({ identity: { pid, startTicks }, mark }) => {
      const one = this.#known.get(pid);
      if (one?.mark !== null || one.kin !== null || one.startTicks !== startTicks) return [];
      one.kin = mark;
      return pid;
    });
  }

  /**
   * Reading an environment takes five times as long as checking that it is still the same process.
   * `ppid` is set if the process still has to be assigned to a parent.
   */
  #see(pid: number, oldTicks: number): { readonly one: Sighting; readonly ppid: number | null; readonly isNew: boolean } | null {
    const entry = this.#table.entry(pid);
    if (entry === null) return null;
    const { ino, ctimeMs } = entry;
    const last = this.#known.get(pid);
    const isListed = last !== undefined && last.ino === ino && last.ctimeMs === ctimeMs;
    if (isListed && last.isSettled) return { one: last, ppid: null, isNew: false };
    const read = markIn(this.#table.environ(pid));
    const stat = read.mark !== null && last?.startTicks == null ? null : this.#table.stat(pid);
    const isSame = isListed || (last?.startTicks != null && last.startTicks === stat?.startTicks);
    const before = isSame ? last : undefined;
    const marked = withMemory(read, before);
    const now = this.#table.nowMono();
    const firstReadMono = before?.firstReadMono ?? now;
    const one: Sighting = {
      ...marked,
      kin: marked.mark === null ? (before?.kin ?? null) : null,
      ino,
      ctimeMs,
      startTicks: stat?.startTicks ?? before?.startTicks ?? null,
      firstReadMono,
      isSettled: now - firstReadMono >= SETTLED_MS || (stat !== null && stat.startTicks <= oldTicks),
    };
    const ppid = marked.mark === null && stat !== null ? stat.ppid : null;
    return { one, ppid, isNew: last === undefined || (!isSame && last.startTicks !== null && stat !== null) };
  }

  #forget(pid: number): void {
    this.#known.delete(pid);
    this.#open.delete(pid);
  }
}
