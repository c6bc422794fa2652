import {
  type Attempted,
  type Fenced,
  fed,
  type Held,
  type LeaseEvent,
  type LeaseRow,
  type Moment,
  type Releasing,
  type Stepped,
  type Stored,
  type Swapped,
  still,
  unseen,
} from './lease.ts';
import { take } from './taker.ts';

/** How soon a renewal is sent again whose result is unknown. */
const AGAIN_MS = 500;

export function heldStep(lease: Held, event: LeaseEvent, moment: Moment): Stepped {
  // First, whatever the event says: an answer that comes too late changes nothing.
  if (moment.nowMs >= lease.untilMs) return fenced(lease, event);
  switch (event.kind) {
    case 'tick':
      return lease.isAsking || moment.nowMs < lease.nextMs ? still(lease) : asked(lease, moment);
    case 'swapped':
      return renewed(lease, event.result, moment);
    case 'read':
      return event.stored === null ? later(lease, moment) : found(lease, event.stored, moment);
    case 'released':
      // Asked again by whoever releases it, until it is no longer held.
      return lease.isAsking ? still(lease) : release(lease, moment);
    case 'ended':
      return still(lease);
  }
}

function asked(lease: Held, { nowMs }: Moment): Stepped {
  if (lease.isChecking) return { lease: { ...lease, isAsking: true }, actions: [{ kind: 'read' }] };
  const attempted = lease.attempted ?? { row: { ...lease.row, beat: lease.row.beat + 1 }, sentMs: nowMs };
  return {
    lease: { ...lease, attempted, isAsking: true },
    actions: [{ kind: 'swap', rev: lease.rev, row: attempted.row }],
  };
}

function renewed(lease: Held, result: Swapped, moment: Moment): Stepped {
  const { attempted } = lease;
  if (attempted === null || result.kind === 'unknown') return later(lease, moment);
  if (result.kind === 'refused') return { lease: { ...lease, isChecking: true, isAsking: true }, actions: [{ kind: 'read' }] };
  return extended(lease, attempted, result.rev, moment);
}

/** Counted from the sending of this beat: whoever waits for its end saw it no earlier. */
function extended(lease: Held, { row, sentMs }: Attempted, rev: number, { nowMs, times }: Moment): Stepped {
  const common = { answeredMs: nowMs, isAsking: false, isChecking: false, attempted: null };
  const actions = fed(sentMs, nowMs);
  const nextMs = actions.length > 0 ? sentMs + times.renewMs : nowMs;
  return { lease: { ...lease, ...common, rev, row, untilMs: sentMs + times.fenceMs, nextMs }, actions };
}

const later = (lease: Held, { nowMs }: Moment): Stepped => still({ ...lease, isAsking: false, nextMs: nowMs + AGAIN_MS });

/** A renewal was refused. That alone means nothing: what counts is whose row stands there. */
function found(lease: Held, stored: Stored, moment: Moment): Stepped {
  const { row } = stored;
  // A bucket without a value is an engine that cannot be read, or has lost its data.
  if (row === null) return later(lease, moment);
  if (row.nonce !== lease.row.nonce || row.epoch !== lease.row.epoch) return lost(lease, row);
  // The answer of an earlier renewal was lost.
  if (row.beat === lease.attempted?.row.beat) return extended(lease, lease.attempted, stored.rev, moment);
  const retry = { attempted: null, isChecking: false, isAsking: false, answeredMs: moment.nowMs, nextMs: moment.nowMs };
  return still({ ...lease, ...retry, rev: stored.rev, row });
}

const lost = (lease: Held, { holder, epoch }: LeaseRow): Stepped =>
  ending({ ...lease, isAsking: false, floor: Math.max(lease.floor, epoch) }, null, `${holder} has taken the lease (epoch ${epoch})`);

function fenced(lease: Held, event: LeaseEvent): Stepped {
  const isAnswer = event.kind === 'swapped' || event.kind === 'read';
  return ending({ ...lease, isAsking: lease.isAsking && !isAnswer }, ownAfter(lease, event), 'the lease was not renewed in time');
}

/** A renewal that was written after all is its last row. */
const ownAfter = ({ rev, row, attempted }: Held, event: LeaseEvent): Stored =>
  event.kind === 'swapped' && event.result.kind === 'written' && attempted !== null
    ? { rev: event.result.rev, row: attempted.row }
    : { rev, row };

const ending = ({ floor, answeredMs, nextMs, isAsking }: Held, own: Stored | null, because: string): Stepped => ({
  lease: { phase: 'fenced', floor, answeredMs, nextMs, isAsking, own },
  actions: [{ kind: 'end', because }],
});

/**
 * When nothing of it is alive any more, the holder may take the lease again at once, in a new
 * epoch, at its own last revision: if anybody was quicker, that is refused.
 */
export function whenFenced(lease: Fenced, event: LeaseEvent, moment: Moment): Stepped {
  if (event.kind === 'swapped' || event.kind === 'read') return still({ ...lease, isAsking: false });
  if (event.kind !== 'ended') return still(lease);
  if (lease.own === null || lease.isAsking || !moment.wants)
    return still({ ...unseen(moment.nowMs, lease.floor), isAsking: lease.isAsking });
  return take(lease, lease.own.rev, moment);
}

function release(lease: Held, { nowMs }: Moment): Stepped {
  const { floor, answeredMs, rev, row } = lease;
  const releasing: Releasing = { phase: 'releasing', floor, answeredMs, isAsking: true, nextMs: nowMs };
  return { lease: releasing, actions: [{ kind: 'swap', rev, row: { ...row, beat: row.beat + 1, isReleased: true } }] };
}

/** Whether it was written or not: this host is done with it, and others wait if it was not. */
export const whenReleasing = (lease: Releasing, event: LeaseEvent, { nowMs }: Moment): Stepped =>
  event.kind === 'swapped' ? still(unseen(nowMs, lease.floor)) : still(lease);
