import type { AccountHold } from '../../../src/core/account/hold.ts';
import type { AccountWindow } from '../../../src/core/account/window.ts';
import type { Decision, RunDecision } from '../../../src/core/decision.ts';
import type { HostDecision } from '../../../src/core/host/decide-host.ts';
import type { Host } from '../../../src/core/host/state.ts';
import type { Action } from '../../../src/core/model/facts.ts';
import type { Reply } from '../../../src/core/model/reply.ts';
import { isActive, type Run } from '../../../src/core/model/run.ts';
import type { Notice, NoticeChanges } from '../../../src/core/notices/notice.ts';
import type { SpendEntry } from '../../../src/core/run/spent.ts';
import type { QuarterSum } from '../../../src/core/spend/quarters.ts';

/** The durable state of a machine, which survives a kill. A transaction is all or nothing. */
export class Disk {
  fence = 0;
  seq = 0;
  boot: string | null = null;
  readonly runs = new Map<string, Run>();
  readonly holds = new Map<string, readonly AccountHold[]>();
  readonly windows = new Map<string, readonly AccountWindow[]>();
  readonly actions = new Map<string, { readonly action: Action; readonly fence: number; settled: boolean }>();
  readonly replies = new Map<string, Reply>();
  readonly notices = new Map<string, Notice>();
  /** What was spent, by the place of the entry in the ledger. */
  readonly spent = new Map<string, QuarterSum>();
  host: Host | null = null;
  /**
   * How the next transactions fail, in order. `written`: the data is on disk, but the program gets
   * an error.
   */
  failures: ('before' | 'written')[] = [];
  /** Called with every run that is stored. */
  kept: (run: Run) => void = () => undefined;
  /** Called with every action that is stored. */
  acted: (action: Action, run: Run) => void = () => undefined;

  /** Copies all of it. Calling the result puts the copy back in place of the current state. */
  copy(): () => void {
    const { runs, holds, windows, actions, replies, notices, spent, seq, boot, host } = this;
    const maps = [runs, holds, windows, actions, replies, notices, spent].map(
      (map) => [map as Map<string, unknown>, copied([...map])] as const,
    );
    return () => {
      for (const [map, entries] of maps) {
        map.clear();
        for (const [key, value] of entries) map.set(key, value);
      }
      Object.assign(this, { seq, boot, host });
    };
  }
}

/**
 * The store as one holder of the lease has it open: the port that `Recorder` and the watchdog write
 * to.
 */
export class MemoryStore {
  readonly disk: Disk;
  readonly fence: number;
  readonly boot: string;

  readonly #fence: () => number;

  constructor(disk: Disk, fence: number, boot: string, written: (own: number, disk: Disk) => number = (own) => own) {
    this.disk = disk;
    this.fence = fence;
    this.boot = boot;
    this.#fence = () => written(fence, disk);
  }

  activeRuns = (): Run[] => [...this.disk.runs.values()].filter(isActive).map(copied);
  run = (id: string): Run | null => this.disk.runs.get(id) ?? null;
  lastSeq = (): number => this.disk.seq;
  lastBoot = (): string | null => this.disk.boot;
  accountHolds = (): AccountHold[] => copied([...this.disk.holds.values()].flat());
  accountWindows = (): AccountWindow[] => copied([...this.disk.windows.values()].flat());
  notices = (): Notice[] => copied([...this.disk.notices.values()]);
  /** All of it: no world has spent in more quarters than the real store always knows. */
  spentSince = (_quarter: number): QuarterSum[] => copied([...this.disk.spent.values()]);
  host = (): Host | null => copied(this.disk.host);
  hasReply = (request: string): boolean => this.disk.replies.has(request);
  isKept = (id: string): boolean => this.disk.actions.get(id)?.settled === false;

  unsettled(): { action: Action; run: Run }[] {
    const open = [...this.disk.actions.values()].filter(({ settled }) => !settled);
    return open.map(({ action }) => ({ action, run: copied(this.disk.runs.get(action.run)!) }));
  }

  record(decisions: readonly Decision[], notices?: NoticeChanges): void {
    this.#transact(() => {
      for (const decision of decisions) {
        if (decision.kind === 'run') this.#keep(decision);
        if (decision.kind === 'host') this.#keepHost(decision);
        if (decision.reply !== null) this.disk.replies.set(decision.reply.request, decision.reply);
      }
      this.#tell(notices);
    });
  }

  checkpoint(runs: readonly Run[], spent: readonly SpendEntry[] = []): void {
    this.#transact(() => {
      this.#spend(spent);
      for (const run of runs) this.#keepRun(run);
    });
  }

  #keepHost({ host, observation }: HostDecision): void {
    this.disk.host = host;
    this.disk.seq = Math.max(this.disk.seq, observation.seq);
  }

  #keep({ observation, run, holds, windows, recoveryHolds, material, actions, spent }: RunDecision): void {
    const { disk } = this;
    this.#spend(spent);
    if (observation.kind === 'action.settled') {
      const open = disk.actions.get(observation.action);
      if (open !== undefined) open.settled = true;
    }
    if (material) {
      disk.seq = Math.max(disk.seq, observation.seq);
      disk.boot = this.boot;
    }
    this.#keepRun(run);
    if (holds !== null) disk.holds.set(run.spec.account, holds);
    if (windows !== null) disk.windows.set(run.spec.account, windows);
    if (recoveryHolds !== null) disk.holds.set(recoveryHolds.account, recoveryHolds.holds);
    for (const action of actions) {
      disk.actions.set(action.id, { action, fence: this.fence, settled: false });
      disk.acted(action, run);
    }
  }

  #spend(entries: readonly SpendEntry[]): void {
    const { spent } = this.disk;
    for (const { quarter, amount } of entries)
      spent.set(`${spent.size}`, { quarter, usd: amount.statedUsd + amount.computedUsd, unpriced: amount.unpriced });
  }

  #keepRun(run: Run): void {
    this.disk.runs.set(run.id, run);
    this.disk.kept(run);
  }

  #tell(changes: NoticeChanges | undefined): void {
    for (const notice of changes?.kept ?? []) this.disk.notices.set(notice.id, notice);
    for (const id of changes?.dropped ?? []) this.disk.notices.delete(id);
  }

  #transact(write: () => void): void {
    if (this.#fence() !== this.disk.fence) throw new Error('this watchdog no longer holds the lease');
    const failure = this.disk.failures.shift();
    if (failure === 'before') throw new Error('the disk is full');
    write();
    if (failure === 'written') throw new Error('the disk failed after the commit');
  }
}

const copied = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
