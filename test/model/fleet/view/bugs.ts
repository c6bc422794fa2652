import { factsAge } from '../../../../src/core/fleet/age.ts';
import { outboxStep } from '../../../../src/core/fleet/outbox.ts';
import { sawBeat } from '../../../../src/core/fleet/seen.ts';
import type { Bug } from '../world/planted.ts';
import type { Laws } from './laws.ts';

const OLD = /shows .* as true now/;
const NEVER = /long after the storm/;
const EITHER = /shows .* as true now|long after the storm/;

/** Bugs in what is sent and shown: the simulation must find each. */
export const VIEW_BUGS: Readonly<Record<string, Bug<Laws>>> = {
  'a change whose answer was lost counts as sent': {
    laws: {
      outbox: (outbox, event, now) =>
        outboxStep(
          outbox,
          event.kind === 'swapped' && event.result.kind === 'unknown' ? { kind: 'swapped', result: { kind: 'written', rev: 0 } } : event,
          now,
        ),
    },
    from: 375,
    breaks: EITHER,
  },
  'a change that was refused counts as sent before': {
    laws: {
      outbox: (outbox, event, now) => {
        const { asked } = outbox;
        const isRefused = event.kind === 'swapped' && event.result.kind === 'refused' && asked?.kind === 'swap';
        return outboxStep(outbox, isRefused ? { kind: 'swapped', result: { kind: 'written', rev: asked.rev } } : event, now);
      },
    },
    breaks: EITHER,
  },
  'nobody looks whether the engine still has what it acknowledged': {
    laws: { outbox: (outbox, event, now) => outboxStep({ ...outbox, auditMs: Number.POSITIVE_INFINITY }, event, now) },
    from: 102,
    breaks: NEVER,
  },
  'the number of the last change alone says whether all have arrived': {
    laws: {
      sawBeat: (seen, beat, at) => {
        const { factsMs, ...after } = sawBeat(seen, beat, at);
        const arrived = Math.max(0, ...[...after.rows.values()].map((all) => all.at(-1)?.number ?? 0));
        return arrived >= beat.lastChange ? { ...after, missing: 0, factsMs: after.writtenMs } : { ...after, factsMs };
      },
    },
    breaks: OLD,
  },
  'a beat counts from when it was seen': {
    laws: { factsAge: ({ beatMs, missing }, nowMs) => factsAge({ beatMs, factsMs: beatMs, missing }, nowMs) },
    breaks: OLD,
  },
  'a beat that could not be sent is sent later as it was': {
    laws: {
      isToBeat: ({ asked, rows }, saidMs, nowMs, { renewMs }) =>
        asked === null && nowMs - saidMs >= renewMs && [...rows.values()].every(({ isPosted }) => isPosted),
    },
    breaks: OLD,
  },
  'numbers are counted on from an older copy of the state': {
    laws: { outbox: (outbox, event, { nowMs }) => outboxStep(outbox, event, { nowMs, nowWall: 0 }) },
    breaks: EITHER,
  },
  'what stays missing is never looked up': {
    laws: { sawAll: (seen) => seen },
    from: 770,
    breaks: NEVER,
  },
};
