import { heldStep, whenFenced, whenReleasing } from './holder.ts';
import type { Lease, LeaseEvent, Moment, Stepped } from './lease.ts';
import { takingStep, watchingStep } from './taker.ts';

/**
 * What one host does about a lease after an event. Safe with an engine that may lose an answer,
 * write late, refuse without a reason, and show an older row to a reader: whoever acts has written
 * exactly the row that it wanted, by its own revision.
 */
export function step(lease: Lease, event: LeaseEvent, moment: Moment): Stepped {
  switch (lease.phase) {
    case 'watching':
      return watchingStep(lease, event, moment);
    case 'taking':
      return takingStep(lease, event, moment);
    case 'held':
      return heldStep(lease, event, moment);
    case 'fenced':
      return whenFenced(lease, event, moment);
    case 'releasing':
      return whenReleasing(lease, event, moment);
  }
}
