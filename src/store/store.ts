import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AccountHold } from '../core/account/hold.ts';
import type { AccountWindow } from '../core/account/window.ts';
import type { Decision, RunDecision } from '../core/decision.ts';
import type { HostDecision } from '../core/host/decide-host.ts';
import type { Host } from '../core/host/state.ts';
import type { Action } from '../core/model/facts.ts';
import { isActive, type Run } from '../core/model/run.ts';
import type { Notice, NoticeChanges } from '../core/notices/notice.ts';
import type { SpendEntry } from '../core/run/spent.ts';
import type { QuarterSum } from '../core/spend/quarters.ts';
import { inAccountRow } from './db/account-rows.ts';
import { inspect, openDatabase, type ReleaseBallast, withRoom } from './db/database.ts';
import { InputLog } from './db/decision-inputs.ts';
import { type FleetOutbox, fleetOutbox } from './db/fleet-rows.ts';
import { LIMITS, type Limits, Retention } from './db/retention.ts';
import { documentOf, documents, readable } from './db/rows.ts';
import { actionOfRun, type RunRow, readableRun } from './db/run-row.ts';
import { statements } from './db/statements.ts';
import { StoreError } from './directory/error.ts';
import type { Layout } from './directory/layout.ts';
import { fencedWrite } from './lease/fenced-write.ts';
import type { LeaseHolder } from './lease/row.ts';
import type { Store } from './methods.ts';
import { readNotices, writeNotices } from './notice-outbox.ts';

export type { Store } from './methods.ts';

/**
 * Opens the state for the holder of the lease. A damaged or newer state is refused, never replaced.
 */
export function openStore(where: Layout, lease: LeaseHolder, releaseBallast: ReleaseBallast, limits: Limits = LIMITS): Store {
  const db = openDatabase(where, releaseBallast);
  try {
    return withRoom(where.database, releaseBallast, () => {
      inspect(db, where.database);
      return new SqliteStore(db, where.database, lease, releaseBallast, limits);
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * After this many runs written, the log is checkpointed without waiting for a quiet moment (a run
 * is about 25 KiB of log).
 */
const WRITTEN_LIMIT = 1000;

class SqliteStore implements Store {
  readonly fleet: FleetOutbox;
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #lease: LeaseHolder;
  readonly #releaseBallast: ReleaseBallast;
  readonly #retention: Retention;
  readonly #givens = new InputLog();
  readonly #sql: ReturnType<typeof statements>;
  /** Runs written since the last checkpoint. */
  #written = 0;
  readonly #unreadable = new Set<string>();

  constructor(db: DatabaseSync, path: string, lease: LeaseHolder, releaseBallast: ReleaseBallast, limits: Limits) {
    this.#db = db;
    this.#path = path;
    this.#lease = lease;
    this.#releaseBallast = releaseBallast;
    this.#retention = new Retention(db, limits);
    this.#sql = statements(db);
    this.fleet = fleetOutbox(db, path, (write) => this.#transact(false, write));
  }

  activeRuns(): Run[] {
    return this.#runs(this.#sql.activeRuns);
  }

  readonly unreadable = (): readonly string[] => [...this.#unreadable];

  run(id: string): Run | null {
    return this.#runs(this.#sql.run, id)[0] ?? null;
  }

  tried(): ReadonlyMap<string, number> {
    const pair = ({ id, tried }: { id: string; tried: number | null }): [string, number] => [id, tried ?? Number.POSITIVE_INFINITY];
    return new Map(this.#rows(this.#sql.tried, [], pair));
  }

  lastSeq(): number {
    return this.#rows(this.#sql.lastSeq, [], ({ seq }: { seq: number }) => seq)[0] ?? 0;
  }

  lastBoot(): string | null {
    return this.#rows(this.#sql.lastBoot, [], ({ boot }: { boot: string }) => boot)[0] ?? null;
  }

  unsettled(): { action: Action; run: Run }[] {
    return this.#readable(this.#sql.unsettled, actionOfRun, ({ id }) => `what became of the action ${id}`).flat();
  }

  accountHolds(): AccountHold[] {
    return this.#readable(this.#sql.accounts.holds, inAccountRow<AccountHold>, ({ account }) => `what holds the account ${account}`).flat();
  }

  accountWindows(): AccountWindow[] {
    return this.#readable(this.#sql.accounts.windows, inAccountRow<AccountWindow>, ({ account }) => `how much ${account} has used`).flat();
  }

  host(): Host | null {
    return this.#readable(this.#sql.host, documentOf<Host>, () => 'what was known of this machine')[0] ?? null;
  }

  readonly hasReply = (request: string): boolean => this.#rows(this.#sql.hasReply, [request], () => true).length > 0;

  removed(): ReadonlySet<string> {
    return this.#sql.removal.removed();
  }

  readonly notices = (): Notice[] => readNotices(this.#db, this.#path, () => this.#unreadable.add('a notice'));

  record(decisions: readonly Decision[], notices?: NoticeChanges): void {
    const ofRuns = decisions.filter((decision) => decision.kind === 'run');
    const replies = decisions.flatMap(({ reply }) => reply ?? []);
    const acts = decisions.some((decision) => decision.kind !== 'refused' && decision.actions.length > 0);
    const runs = new Map(ofRuns.map(({ run }) => [run.id, run]));
    this.#transact(notices !== undefined || replies.length > 0 || acts, () => {
      for (const run of runs.values()) this.#keep(run);
      for (const decision of decisions) {
        if (decision.kind === 'run') this.#journal(decision);
        if (decision.kind === 'host') this.#journalHost(decision);
      }
      ofRuns.forEach(this.#sql.accounts.keep);
      if (notices !== undefined) writeNotices(this.#db, notices);
      for (const { request, accepted, message } of replies) this.#sql.reply.run(request, Number(accepted), message);
    });
    for (const { material, run } of ofRuns) if (material) this.#retention.added(run.id);
    this.#wrote(runs.size);
  }

  spentSince(quarter: number): QuarterSum[] {
    return documents(
      this.#path,
      () => this.#sql.spend.since,
      [quarter],
      (sum: QuarterSum) => sum,
    );
  }

  checkpoint(runs: readonly Run[], spent: readonly SpendEntry[] = []): void {
    this.#transact(false, () => {
      for (const run of runs) this.#keep(run);
      spent.forEach(this.#sql.spend.add);
    });
    this.#wrote(runs.length);
  }

  tidy(): boolean {
    let isMoreLeft = false;
    this.#transact(false, () => {
      isMoreLeft = this.#retention.prune();
      this.#sql.forgetReplies.run();
      this.#sql.spend.forget();
    });
    this.#takeLogIn();
    return isMoreLeft;
  }

  close(): void {
    this.#db.close();
  }

  #runs(statement: StatementSync, ...values: string[]): Run[] {
    return this.#rows(statement, values, (row: RunRow) => row).flatMap((row) => {
      const run = readableRun(row);
      if (run === null) this.#unreadable.add(`the run ${row.name} (${row.id}), which was ${row.state}`);
      return run ?? [];
    });
  }

  #readable<Row, T>(statement: StatementSync, as: (row: Row) => T, what: (row: Row) => string): T[] {
    return readable(
      this.#path,
      () => statement,
      [],
      as,
      (row) => this.#unreadable.add(what(row)),
    );
  }

  #rows<Row, T>(statement: StatementSync, values: string[], as: (row: Row) => T): T[] {
    return documents(this.#path, () => statement, values, as);
  }

  #transact(isDurable: boolean, write: () => void): void {
    withRoom(this.#path, this.#releaseBallast, () => {
      try {
        fencedWrite(this.#db, this.#lease, isDurable, write);
      } catch (error) {
        this.#retention.forget();
        this.#givens.forget();
        throw error;
      }
    });
  }

  #keep(run: Run): void {
    this.#sql.keep.run(run.id, run.name, run.generation, run.state, Number(isActive(run)), JSON.stringify(run));
  }

  #journalHost({ observation, host, because, actions }: HostDecision): void {
    this.#sql.keepHost.run(JSON.stringify(host));
    this.#sql.hostJournal.run(observation.seq, this.#lease.bootId, JSON.stringify(observation), because, JSON.stringify(actions));
    this.#sql.forgetHostJournal.run();
    if (observation.kind !== 'run.removed') return;
    this.#sql.removal.remove(observation.run, observation.at.wall);
    this.#retention.forget();
  }

  #journal(decision: RunDecision): void {
    const { observation, from, run, because, events, material, actions, spent } = decision;
    spent.forEach(this.#sql.spend.add);
    const { seq } = observation;
    if (observation.kind === 'action.settled') this.#sql.settle.run(JSON.stringify(observation.outcome), observation.action);
    if (material) {
      const [seen, decided] = [JSON.stringify(observation), JSON.stringify(actions)];
      const happened = events.length === 0 ? null : JSON.stringify(events);
      const given = this.#givens.next(decision);
      this.#sql.journal.run(seq, run.id, this.#lease.bootId, seen, from, run.state, because, decided, given, happened);
      if (!isActive(run)) this.#givens.ended(run.id);
    }
    for (const action of actions) this.#sql.action.run(action.id, run.id, seq, this.#lease.fence, action.kind, JSON.stringify(action));
  }

  #wrote(runs: number): void {
    this.#written += runs;
    if (this.#written >= WRITTEN_LIMIT) this.#takeLogIn();
  }

  /** Not part of a commit, so that a commit fails only if nothing was committed. */
  #takeLogIn(): void {
    this.#written = 0;
    try {
      withRoom(this.#path, this.#releaseBallast, () => this.#db.exec('PRAGMA wal_checkpoint(PASSIVE)'));
    } catch (error) {
      // Nothing is lost, the log just stays as it is. The next record runs into the full disk
      // itself.
      if (!(error instanceof StoreError && error.kind === 'full')) throw error;
    }
  }
}
