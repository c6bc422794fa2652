import { expect } from 'vitest';
import type { ProcessIdentity } from '../../../src/core/model/facts.ts';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { beat } from '../../../src/store/lease/heartbeat.ts';
import { type LeaseDeps, releaseLease, takeLease } from '../../../src/store/lease/lease.ts';
import type { LeaseHolder } from '../../../src/store/lease/row.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

export const TIMEOUT_MS = 10_000;
const BEAT_EVERY_MS = 2000;
/** How often a process that needs a watchdog asks for one. */
export const ASKS_EVERY_MS = 500;
/** Former holders that wake up late and try to write. */
const FORMER = 4;

class Killed extends Error {}

/** Who holds the lease, as seen by an observer who knows which processes are alive. */
interface Holding {
  readonly lease: LeaseHolder;
  readonly store: Store;
}

/**
 * A machine with its own clock and few pids, so that they are soon reused. Its processes race for
 * the lease of the real store; each may die whenever it looks. What the machine knows for certain
 * is compared with what the store says.
 */
export class LeaseHost {
  now = 1_000_000;
  holding: Holding | null = null;
  isStopped = false;
  /** Since when no running process has held the lease, or null if one does. */
  lostAt: number | null = 1_000_000;
  /** How long nobody was running before the last holder was. */
  lackedMs = 0;
  readonly seen = { takes: 0, kills: 0, refusals: 0, boots: 1, replaced: 0 };
  readonly #where: Layout;
  readonly #random: () => number;
  readonly #living = new Map<number, number>();
  readonly #former: Store[] = [];
  #sleepers: { readonly at: number; wake(): void }[] = [];
  #ticks = 0;

  constructor(where: Layout, random: () => number) {
    this.#where = where;
    this.#random = random;
  }

  chance = (share: number): boolean => this.#random() < share;
  upTo = (most: number): number => Math.floor(this.#random() * (most + 1));

  get bootId(): string {
    return `boot-${this.seen.boots}`;
  }

  isAlive = ({ bootId, pid, startTicks }: ProcessIdentity): boolean => bootId === this.bootId && this.#living.get(pid) === startTicks;

  /** The holder is alive and running: nobody may take the lease from it. */
  get isCaredFor(): boolean {
    return this.holding !== null && this.isAlive(this.holding.lease) && !this.isStopped;
  }

  /** This many processes want the lease at the same moment. */
  async race(count: number): Promise<void> {
    const asked = Array.from({ length: count }, () => this.#ask(this.#spawn()));
    let open = asked.length;
    for (const one of asked) one.finally(() => open--).catch(() => {});
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (open === 0) break;
      this.#wakeNext();
    }
    await Promise.all(asked);
  }

  /** Time passes; a running holder gives its signs of life. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= BEAT_EVERY_MS) {
      this.now += Math.min(left, BEAT_EVERY_MS);
      if (this.isCaredFor) beat(this.#where, { bootId: this.bootId, mono: this.now });
    }
  }

  killHolder(): void {
    if (this.holding !== null) this.#kill(this.holding.lease);
  }

  stopHolder(): void {
    this.isStopped = true;
    this.lostAt = this.now;
  }

  continueHolder(): void {
    if (this.holding === null || !this.isAlive(this.holding.lease)) return;
    this.isStopped = false;
    this.lostAt = null;
    this.pass(1);
  }

  handOff(): void {
    if (this.holding === null) return;
    releaseLease(this.#where, this.holding.lease, () => false);
    this.#living.delete(this.holding.lease.pid);
    this.#lose();
  }

  reboot(): void {
    this.seen.boots += 1;
    this.#living.clear();
    this.#lose();
    // No former holder stays alive to write.
    for (const store of this.#former.splice(0)) store.close();
    this.now = 1000;
    this.lostAt = this.now;
  }

  /** Every process that ever held the lease tries to write: only its holder can. */
  write(): void {
    for (const store of this.#former) {
      expect(() => store.record([noting(newRunNamed('job'), store.lastSeq() + 1)])).toThrow('no longer holds the lease');
      this.seen.refusals += 1;
    }
    const { store } = this.holding ?? {};
    if (store !== undefined && this.isCaredFor) store.record([noting(newRunNamed('job'), store.lastSeq() + 1)]);
  }

  async #ask(me: ProcessIdentity): Promise<void> {
    try {
      const answer = await takeLease(this.#where, me, TIMEOUT_MS, this.#deps(me));
      if (answer.kind === 'held') this.#living.delete(me.pid);
      else this.#took(answer.lease);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  #took(lease: LeaseHolder): void {
    const { holding } = this;
    if (holding !== null) {
      expect(this.isAlive(holding.lease), `${lease.pid} took the lease of ${holding.lease.pid}, which is alive`).toBe(false);
      expect(lease.fence).toBeGreaterThan(holding.lease.fence);
    }
    this.#retire();
    this.holding = { lease, store: openStore(this.#where, lease, () => false) };
    this.isStopped = false;
    this.lackedMs = this.now - (this.lostAt ?? this.now);
    this.lostAt = null;
    this.seen.takes += 1;
    if (this.chance(0.1)) this.killHolder();
  }

  #deps(me: ProcessIdentity): LeaseDeps {
    return {
      isAlive: (identity) => {
        this.#mayDie(me);
        return this.isAlive(identity);
      },
      kill: async (identity) => {
        await this.#sleep(me, this.upTo(100));
        if (this.isAlive(identity)) this.seen.replaced += 1;
        this.#kill(identity);
        await this.#sleep(me, this.upTo(100));
        return !this.isAlive(identity);
      },
      now: () => {
        this.#mayDie(me);
        return { wall: this.now, mono: this.now };
      },
      pause: (ms) => this.#sleep(me, ms),
      releaseBallast: () => false,
    };
  }

  #mayDie(me: ProcessIdentity): void {
    if (this.chance(0.02)) this.#kill(me);
    if (!this.isAlive(me)) throw new Killed();
  }

  async #sleep(me: ProcessIdentity, ms: number): Promise<void> {
    await new Promise<void>((wake) => this.#sleepers.push({ at: this.now + ms, wake }));
    this.#mayDie(me);
  }

  #wakeNext(): void {
    const at = Math.min(...this.#sleepers.map((one) => one.at));
    this.pass(Math.max(0, at - this.now));
    const due = this.#sleepers.filter((one) => one.at <= this.now);
    this.#sleepers = this.#sleepers.filter((one) => one.at > this.now);
    for (const { wake } of due) wake();
  }

  #spawn(): ProcessIdentity {
    let pid = 100;
    while (this.#living.has(pid)) pid += 1;
    this.#ticks += 1;
    this.#living.set(pid, this.#ticks);
    return { bootId: this.bootId, pid, startTicks: this.#ticks };
  }

  /** By identity: not a process that has the same pid now. */
  #kill(identity: ProcessIdentity): void {
    if (!this.isAlive(identity)) return;
    this.#living.delete(identity.pid);
    this.seen.kills += 1;
    const { holding, lostAt } = this;
    if (holding?.lease.pid === identity.pid && holding.lease.startTicks === identity.startTicks) this.lostAt = lostAt ?? this.now;
  }

  #lose(): void {
    this.#retire();
    this.holding = null;
    this.isStopped = false;
    this.lostAt ??= this.now;
  }

  #retire(): void {
    if (this.holding === null) return;
    this.#former.push(this.holding.store);
    if (this.#former.length > FORMER) this.#former.shift()?.close();
  }

  close(): void {
    this.#retire();
    for (const store of this.#former) store.close();
  }
}
