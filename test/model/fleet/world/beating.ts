import { isToBeat } from '../../../../src/core/fleet/beat.ts';
import { type Hearing, heard, nothingHeard } from '../../../../src/core/fleet/hearing.ts';
import type { Stored } from '../../../../src/core/fleet/lease.ts';
import { type Outbox, type OutboxEvent, outboxStep, type Posted } from '../../../../src/core/fleet/outbox.ts';
import { LEASE_TIMES } from '../../../../src/core/fleet/times.ts';
import type { Bucket } from './bucket.ts';
import type { Engine } from './engine.ts';
import type { Member } from './member.ts';
import { Sender } from './sender.ts';

const LOOK_MS = 6000;

interface Beats {
  readonly hears?: typeof heard;
  /** What a beat says besides. */
  readonly says?: () => string;
}

/** The beats of a member, and what it hears of others. */
export class Beating {
  hearing: Hearing;
  /** When the last beat was sent that the engine has acknowledged. */
  ackedMs = Number.NEGATIVE_INFINITY;
  readonly #member: Member;
  readonly #sender: Sender;
  readonly #says: () => string;
  readonly #said = new Map<string, string>();
  #saidMs = Number.NEGATIVE_INFINITY;
  #saying = '';
  /** What the last acknowledged beat said, and since when all of them have said that. */
  #acked = { what: '', sinceMs: Number.NEGATIVE_INFINITY };

  constructor(member: Member, engine: Engine, bucket: Bucket<Posted>, { hears = heard, says = () => '' }: Beats = {}) {
    this.#says = says;
    this.#member = member;
    this.hearing = nothingHeard(member.nowMs);
    this.#sender = new Sender(member, engine, {
      ...{ bucket, prefix: member.name, step: (outbox, event, now) => this.#step(outbox, event, now) },
      before: () => this.#beat(),
    });
    member.whenStarted(() => {
      this.hearing = nothingHeard(member.nowMs);
    });
    member.every(LOOK_MS, () => {
      const listen = member.answers((all: ReadonlyMap<string, Stored<Posted>> | null) => {
        if (all === null) return;
        for (const [host, { row }] of all) this.#said.set(host, row?.document.split(' ')[1] ?? '');
        const beats = new Map([...all].map(([host, { row }]) => [host, row?.number ?? 0]));
        this.hearing = hears(this.hearing, beats, { nowMs: member.nowMs, beatMs: this.ackedMs });
      });
      bucket.list(member.cut, '', listen);
    });
  }

  get isHeard(): boolean {
    return this.#member.nowMs - this.ackedMs < LEASE_TIMES.fenceMs;
  }

  /** Which hosts said this with their last beat. */
  whoSays(what: string): readonly string[] {
    return [...this.#said].flatMap(([host, said]) => (said === what ? [host] : []));
  }

  /** For how long the engine has had this from it, with each beat. */
  hasSaidMs(what: string): number {
    return this.#acked.what === what ? this.#member.nowMs - this.#acked.sinceMs : 0;
  }

  #step(outbox: Outbox, event: OutboxEvent, now: Member): ReturnType<typeof outboxStep> {
    const stepped = outboxStep(outbox, event, now);
    if (stepped.outbox.rows.get('')?.isPosted !== true || this.ackedMs === this.#saidMs) return stepped;
    this.ackedMs = this.#saidMs;
    if (this.#acked.what !== this.#saying) this.#acked = { what: this.#saying, sinceMs: this.#member.nowMs };
    return stepped;
  }

  #beat(): void {
    const { nowMs } = this.#member;
    if (!isToBeat(this.#sender.outbox, this.#saidMs, nowMs, LEASE_TIMES)) return;
    this.#saidMs = nowMs;
    this.#saying = this.#says();
    this.#sender.happens({ kind: 'changed', key: '', document: `${nowMs} ${this.#saying}` });
  }
}
