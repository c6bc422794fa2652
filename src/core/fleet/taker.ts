import {
  fed,
  type Lease,
  type LeaseEvent,
  type LeaseRow,
  type Moment,
  type Sighting,
  type Stepped,
  type Stored,
  still,
  type Taking,
  unseen,
  type Watching,
} from './lease.ts';
import type { LeaseTimes } from './times.ts';

/** A lease is looked at this often in the time after which it is taken. */
const LOOKS = 10;
/** After this part of a renewal at the latest: who hears nothing for a whole one is deaf. */
const SOONER = 0.6;
const lookMs = ({ takeMs, renewMs }: LeaseTimes): number => Math.min(takeMs / LOOKS, SOONER * renewMs);
/** How soon a try whose answer was lost is looked up again. */
const CHECK_MS = 500;

export function watchingStep(lease: Watching, event: LeaseEvent, moment: Moment): Stepped {
  if (event.kind === 'read') return event.stored === null ? unanswered(lease, moment) : looked(lease, event.stored, moment);
  // The answer to what it asked before it lost the lease.
  if (event.kind === 'swapped') return still({ ...lease, isAsking: false });
  if (event.kind !== 'tick' || lease.isAsking || moment.nowMs < lease.nextMs) return still(lease);
  return { lease: { ...lease, isAsking: true }, actions: [{ kind: 'read' }] };
}

const unanswered = (lease: Watching, { nowMs, times }: Moment): Stepped =>
  still({ ...lease, isAsking: false, isConfirming: false, nextMs: nowMs + lookMs(times) });

function looked(before: Watching, stored: Stored, moment: Moment): Stepped {
  const { nowMs, times, wants, epochBeside } = moment;
  const epoch = stored.row?.epoch ?? 0;
  const floor = Math.max(before.floor, epochBeside, epoch);
  const seen = sighting(before, { ...stored, floor }, moment);
  const lease: Watching = { ...before, seen, floor, answeredMs: nowMs, isAsking: false, isConfirming: false };
  // An engine that has forgotten an epoch cannot say that nobody works in it.
  const isFree = (stored.row === null || stored.row.isReleased) && epoch === floor;
  const isStale = nowMs - seen.sinceMs >= times.takeMs;
  if (wants && (isFree || (isStale && before.isConfirming))) return take(lease, stored.rev, moment);
  // Once more at once: the look that found it unchanged may have been old itself.
  if (wants && isStale) return { lease: { ...lease, isAsking: true, isConfirming: true }, actions: [{ kind: 'read' }] };
  return still({ ...lease, nextMs: nowMs + lookMs(times) });
}

/**
 * Since when the lease is as it is now. An epoch that only the files beside it show began no
 * earlier than it was seen there. After a time without an engine the wait begins again: its holder
 * could not renew it either, and gets it back.
 */
function sighting(
  { seen, answeredMs, floor: before }: Watching,
  { floor, ...stored }: Stored & { floor: number },
  { nowMs, times }: Moment,
): Sighting {
  const wasDeaf = nowMs - answeredMs > times.renewMs;
  const isSame = seen !== null && !wasDeaf && floor === before && seen.rev === stored.rev && isSameBeat(seen.row, stored.row);
  return { ...stored, sinceMs: isSame ? seen.sinceMs : nowMs };
}

/** A revision alone proves nothing: after a rollback the same one comes again. */
const isSameBeat = (a: LeaseRow | null, b: LeaseRow | null): boolean =>
  a?.nonce === b?.nonce && a?.epoch === b?.epoch && a?.beat === b?.beat && a?.isReleased === b?.isReleased;

/** Tries to take the lease at this revision, in a new epoch. */
export function take(from: Lease, rev: number, { nowMs, host, nonce }: Moment): Stepped {
  const row = { holder: host, nonce, epoch: from.floor + 1, beat: 0, isReleased: false };
  const { floor, answeredMs } = from;
  const lease: Taking = {
    phase: 'taking',
    ...{ floor, answeredMs, isAsking: true, nextMs: nowMs, rev },
    ...{ attempted: { row, sentMs: nowMs }, isChecking: false },
  };
  return { lease, actions: [{ kind: 'swap', rev, row }] };
}

export function takingStep(lease: Taking, event: LeaseEvent, moment: Moment): Stepped {
  const { nowMs, times } = moment;
  const isLate = nowMs >= lease.attempted.sentMs + times.fenceMs;
  switch (event.kind) {
    case 'swapped':
      if (event.result.kind === 'written') return isLate ? watchAgain(lease, null, moment) : holding(lease, event.result.rev, moment);
      return { lease: { ...lease, isChecking: true, isAsking: true }, actions: [{ kind: 'read' }] };
    case 'read':
      return event.stored === null ? still({ ...lease, isAsking: false, nextMs: nowMs + CHECK_MS }) : found(lease, event.stored, moment);
    case 'tick':
      if (lease.isAsking || nowMs < lease.nextMs) return still(lease);
      return isLate ? watchAgain(lease, null, moment) : { lease: { ...lease, isAsking: true }, actions: [{ kind: 'read' }] };
    case 'ended':
    case 'released':
      return still(lease);
  }
}

/** It is ours only with the nonce of this very try: a lease that we held before is not ours. */
function found(lease: Taking, stored: Stored, moment: Moment): Stepped {
  const { attempted } = lease;
  const isOurs = stored.row?.nonce === attempted.row.nonce && stored.row.epoch === attempted.row.epoch;
  const isLate = moment.nowMs >= attempted.sentMs + moment.times.fenceMs;
  return isOurs && !isLate ? holding(lease, stored.rev, moment) : watchAgain(lease, stored, moment);
}

function watchAgain({ floor }: Lease, stored: Stored | null, { nowMs, times }: Moment): Stepped {
  const seen = stored && { ...stored, sinceMs: nowMs };
  const known = Math.max(floor, stored?.row?.epoch ?? 0);
  return still({ ...unseen(nowMs, known), seen, nextMs: nowMs + lookMs(times) });
}

/** Also if its answer was found late: then it is renewed before anything begins. */
function holding({ attempted, floor }: Taking, rev: number, { nowMs, times }: Moment): Stepped {
  const { row, sentMs } = attempted;
  const common = {
    floor: Math.max(floor, row.epoch),
    answeredMs: nowMs,
    isAsking: false,
    nextMs: fed(sentMs, nowMs).length > 0 ? sentMs + times.renewMs : nowMs,
  };
  const held = { rev, row, untilMs: sentMs + times.fenceMs, attempted: null, isChecking: false };
  return { lease: { phase: 'held', ...common, ...held }, actions: fed(sentMs, nowMs) };
}
