import { type Lease, type LeaseEvent, type LeaseRow, protects, recalled, unseen } from '../../../../src/core/fleet/lease.ts';
import { step } from '../../../../src/core/fleet/step.ts';
import { LEASE_TIMES } from '../../../../src/core/fleet/times.ts';
import type { Bucket } from './bucket.ts';
import type { Member } from './member.ts';

const TICK_MS = 500;
const CARETAKER = 'caretaker';

/** A duty that one member of a fleet has: nothing has to be ended when it loses it. */
export class Duty {
  readonly #member: Member;
  readonly #bucket: Bucket<LeaseRow>;
  #lease: Lease;
  #tries = 0;

  constructor(member: Member, bucket: Bucket<LeaseRow>) {
    this.#member = member;
    this.#bucket = bucket;
    this.#lease = unseen(member.nowMs, 0);
    member.whenStarted(() => {
      this.#lease = recalled(this.#lease, member.nowMs);
    });
    member.every(TICK_MS, () => this.#happens(this.#lease.phase === 'fenced' ? { kind: 'ended' } : { kind: 'tick' }));
  }

  get isMine(): boolean {
    return protects(this.#lease, this.#member.nowMs);
  }

  #happens(event: LeaseEvent): void {
    const { name, nowMs, cut } = this.#member;
    this.#tries += 1;
    const moment = { nowMs, host: name, nonce: `${name}-${this.#tries}`, wants: true, epochBeside: 0, times: LEASE_TIMES };
    const { lease, actions } = step(this.#lease, event, moment);
    this.#lease = lease;
    for (const action of actions)
      if (action.kind === 'read')
        this.#bucket.read(
          cut,
          CARETAKER,
          this.#member.answers((stored) => this.#happens({ kind: 'read', stored })),
        );
      else if (action.kind === 'swap')
        this.#bucket.swap(
          cut,
          CARETAKER,
          action.rev,
          action.row,
          this.#member.answers((result) => this.#happens({ kind: 'swapped', result })),
        );
  }
}
