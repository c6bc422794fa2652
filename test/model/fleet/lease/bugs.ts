import type { LeaseEvent, Moment, Stepped, Stored } from '../../../../src/core/fleet/lease.ts';
import { step } from '../../../../src/core/fleet/step.ts';
import type { Step } from './host.ts';
import type { Faults } from './play.ts';

interface Bug {
  readonly by: Step;
  readonly faults?: Faults;
  /** What is broken by it. */
  readonly breaks: RegExp;
}

const TWICE = /begins while the work of|holds the lease while/;
const TOKENS = /begins while the work of|comes after epoch|holds the lease while/;

/** Changes what a step makes of an answer. */
const answered =
  (change: (stepped: Stepped, event: LeaseEvent, moment: Moment) => Stepped): Step =>
  (lease, event, moment) =>
    change(step(lease, event, moment), event, moment);

/** As if the engine knew of every epoch that is known elsewhere. */
const believed = ({ rev, row }: Stored, epoch: number): Stored =>
  row === null || row.isReleased ? { rev, row: { holder: '', nonce: '', beat: 0, ...row, isReleased: true, epoch } } : { rev, row };

/** Bugs in the handling of a lease: the simulation must find each. */
export const FLEET_BUGS: Readonly<Record<string, Bug>> = {
  'the lease is counted from the answer': {
    by: answered(({ lease, actions }, event, { nowMs, times }) =>
      lease.phase === 'held' && event.kind === 'swapped' && event.result.kind === 'written'
        ? { lease: { ...lease, untilMs: nowMs + times.fenceMs }, actions: [...actions, { kind: 'feed' }] }
        : { lease, actions },
    ),
    breaks: TWICE,
  },
  'an answer feeds the service manager, however late it is found': {
    by: answered(({ lease, actions }, event) =>
      lease.phase === 'held' && event.kind !== 'tick' ? { lease, actions: [...actions, { kind: 'feed' }] } : { lease, actions },
    ),
    breaks: TWICE,
  },
  'a refusal is taken for a loss': {
    by: (lease, event, moment) =>
      lease.phase === 'held' && event.kind === 'swapped' && event.result.kind === 'refused'
        ? {
            lease: { ...lease, phase: 'fenced', own: null, isAsking: false },
            actions: [{ kind: 'end', because: 'the renewal was refused' }],
          }
        : step(lease, event, moment),
    breaks: /gives up what nobody took/,
  },
  'the revision is the token': {
    by: (lease, event, moment) =>
      step(
        lease,
        lease.phase === 'taking' && event.kind === 'read' && event.stored?.rev === lease.rev + 1
          ? { kind: 'read', stored: { rev: event.stored.rev, row: lease.attempted.row } }
          : event,
        moment,
      ),
    breaks: TOKENS,
  },
  'the nonce is that of the program, not of the try': {
    by: (lease, event, moment) => {
      const own = { ...moment, nonce: moment.host };
      const isMine = event.kind === 'read' && event.stored?.row?.nonce === moment.host && lease.phase === 'taking';
      return isMine
        ? step(lease, { kind: 'read', stored: { rev: event.stored?.rev ?? 0, row: lease.attempted.row } }, own)
        : step(lease, event, own);
    },
    breaks: TOKENS,
  },
  'an engine that forgot the lease is believed': {
    by: (lease, event, moment) =>
      step(
        lease,
        event.kind === 'read' && event.stored !== null ? { kind: 'read', stored: believed(event.stored, lease.floor) } : event,
        moment,
      ),
    faults: { losesPower: true },
    breaks: TOKENS,
  },
  'a lease is taken after the fence instead of the time to take it': {
    by: (lease, event, moment) => step(lease, event, { ...moment, times: { ...moment.times, takeMs: moment.times.fenceMs } }),
    breaks: TWICE,
  },
};
