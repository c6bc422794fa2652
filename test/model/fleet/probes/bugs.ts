import { heard, isSilent } from '../../../../src/core/fleet/hearing.ts';
import { type ProberEvent, proberStep } from '../../../../src/core/fleet/prober.ts';
import type { Bug } from '../world/planted.ts';
import type { Laws } from './laws.ts';

const TWICE = /probes while the probe of/;
const NEVER = /waits for a limit that is over/;

const believed = (event: ProberEvent): ProberEvent =>
  event.kind === 'swapped' && event.result.kind === 'unknown' ? { kind: 'swapped', result: { kind: 'written', rev: 0 } } : event;

/** Bugs in who probes: the simulation must find each. */
export const PROBE_BUGS: Readonly<Record<string, Bug<Laws>>> = {
  'a claim whose answer was lost counts as written': {
    laws: { step: (prober, event, moment) => proberStep(prober, believed(event), moment) },
    breaks: TWICE,
  },
  'a host probes alone as soon as the engine does not answer': {
    laws: { step: (prober, event, moment) => proberStep(prober, event, { ...moment, unreachableMs: Number.POSITIVE_INFINITY, chance: 0 }) },
    breaks: TWICE,
  },
  'a host that was stopped takes the others for silent': {
    laws: { isSilent: (hearing, host, nowMs) => isSilent({ ...hearing, answeredMs: nowMs }, host, nowMs) },
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
