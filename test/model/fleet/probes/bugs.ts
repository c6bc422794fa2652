import { heard, isSilent } from '../../../../src/core/fleet/hearing.ts';
import { type ProberEvent, proberStep } from '../../../../src/core/fleet/prober.ts';
import type { Bug } from '../world/planted.ts';
import type { Laws } from './laws.ts';

const TWICE = /probes while the probe of/;
const TOO_SOON = /probes alone, and reached the engine/;
const NEVER = /waits for a limit that is over/;

const believed = (event: ProberEvent): ProberEvent =>
  event.kind === 'swapped' && event.result.kind === 'unknown' ? { kind: 'swapped', result: { kind: 'written', rev: 0 } } : event;

const isUnanswered = (event: ProberEvent): boolean => event.kind === 'read' && event.stored === null;
const LONG_GONE = { unreachableMs: Number.POSITIVE_INFINITY, chance: 0 };

/** Bugs in who probes: the simulation must find each. */
export const PROBE_BUGS: Readonly<Record<string, Bug<Laws>>> = {
  'a claim whose answer was lost counts as written': {
    laws: { step: (prober, event, moment) => proberStep(prober, believed(event), moment) },
    breaks: TWICE,
  },
  'a host probes alone as soon as the engine does not answer': {
    laws: {
      step: (prober, event, moment) =>
        prober.phase === 'waiting' && isUnanswered(event)
          ? proberStep({ ...prober, askedMs: moment.nowMs, failingMs: Number.NEGATIVE_INFINITY }, event, { ...moment, ...LONG_GONE })
          : proberStep(prober, event, moment),
    },
    breaks: TOO_SOON,
  },
  'a host that was stopped, or cut off, goes by what it heard before': {
    laws: {
      isSilent: (hearing, host, nowMs) => isSilent({ ...hearing, answeredMs: nowMs }, host, nowMs),
      step: (prober, event, moment) => proberStep(prober, event, isUnanswered(event) ? moment : { ...moment, unreachableMs: 0 }),
    },
    from: 6,
    breaks: TWICE,
  },
  'others are taken for silent by a host that is silent itself': {
    laws: { heard: (hearing, beats, { nowMs }) => heard(hearing, beats, { nowMs, beatMs: nowMs }) },
    from: 30,
    breaks: TWICE,
  },
  'the program that probes starts again, and has forgotten that it does': {
    laws: { reopened: (prober, nowMs) => ({ ...prober, phase: 'waiting', askedMs: null, nextMs: nowMs }) },
    breaks: TWICE,
  },
  'a probe that showed nothing is never given up': {
    laws: { step: (prober, event, moment) => proberStep(prober, event.kind === 'ended' ? { kind: 'tick' } : event, moment) },
    breaks: NEVER,
  },
  'what a host says of its probe with its beat is not listened to': {
    laws: { step: (prober, event, moment) => proberStep(prober, event, { ...moment, othersProbe: false }) },
    from: 28,
    breaks: TWICE,
  },
  'nobody takes the place of a host that is silent': {
    laws: { isSilent: () => false },
    breaks: NEVER,
  },
};
